using System.Net;
using System.Text;

namespace SocketLab.Bench;

/// <summary>The report as one self-contained page: plots as SVG, the same table, the notes. No script, nothing from elsewhere.</summary>
internal static class HtmlReport
{
    private const int Bins = 60;

    public static string Draw(Contest contest, string clocked, IReadOnlyList<string> notes)
    {
        var totals = contest.Standings.Select(one => (one.Contestant.Name, Total: one.Total())).ToList();
        var page = new StringBuilder();
        page.Append(Head.Replace("@@@", Safe(Report.Title(contest)), StringComparison.Ordinal));
        page.Append($"<h1>{Safe(Report.Title(contest))}</h1>\n<p>Latency: {Safe(clocked)}.</p>\n");
        AppendTable(page, contest, totals.Select(one => one.Total).ToList());
        page.Append("<h2>Latency by percentile</h2>\n").Append(new SvgPlot("percentile", "latency", PercentileTick, NsTick)
        {
            Series = [.. totals.Select(one => (one.Name, Percentiles(one.Total.Latency)))],
            XTicks = [0, 1, 2, 3, 4, 5],
            LogY = true,
        }.Draw());
        page.Append("<h2>How often each latency</h2>\n").Append(new SvgPlot("latency", "messages", x => NsTick(Math.Pow(10, x)), Figures.Count)
        {
            Series = [.. totals.Select(one => (one.Name, HistogramBins.Of(one.Total.Latency, Bins).Select(bin => (Math.Log10(bin.FromNs), (double)bin.Count)).ToList()))],
            XTicks = Decades(totals.Select(one => one.Total.Latency).Where(latency => latency.Count > 0).ToList()),
            Steps = true,
        }.Draw());
        page.Append("<h2>Rate over time</h2>\n").Append(new SvgPlot("seconds", "messages/s", Figures.Three, Figures.Count)
        {
            Series = [.. totals.Select(one => (one.Name, OverTime(one.Total, i => one.Total.CountOverTime[i] * Measurement.Slots / one.Total.Plan.Seconds / contest.Rounds)))],
        }.Draw());
        page.Append("<h2>Longest latency over time</h2>\n").Append(new SvgPlot("seconds", "longest latency", Figures.Three, NsTick)
        {
            // Where nothing was answered, no latency is known: the line passes over it.
            Series = [.. totals.Select(one => (one.Name, OverTime(one.Total, i => one.Total.WorstNsOverTime[i]).Where(point => point.Y > 0).ToList()))],
            LogY = true,
        }.Draw());
        page.Append(notes.Count > 0 ? "<h2>Notes</h2>\n<ul>\n" : "").AppendJoin("", notes.Select(note => $"<li>{Safe(note)}</li>\n")).Append(notes.Count > 0 ? "</ul>\n" : "");
        return page.Append("</body>\n</html>\n").ToString();
    }

    private static void AppendTable(StringBuilder page, Contest contest, List<Measurement> totals)
    {
        page.Append("<table>\n<tr><th></th>").AppendJoin("", contest.Standings.Select(one => $"<th>{Safe(one.Contestant.Name)}</th>")).Append("</tr>\n");
        foreach (var row in Report.Rows(contest))
        {
            page.Append($"<tr><th>{Safe(row.Title)}</th>").AppendJoin("", contest.Standings.Zip(totals, (one, total) => $"<td>{(row.Figure(one, total) is { } figure ? Safe(row.Text(figure, false)) : "–")}</td>")).Append("</tr>\n");
        }
        foreach (var (title, figure) in contest.Standings.Count > 1 ? Report.Ratios : [])
        {
            page.Append($"<tr><th>{title}, ratio to the first</th><td>1.00</td>").AppendJoin("", contest.Standings.Skip(1).Select(one => Spread.OfRatio(one, contest.Standings[0], figure) is { } ratio
                ? $"<td>{ratio.Text(Figures.Three)}</td>" : "<td>–</td>")).Append("</tr>\n");
        }
        page.Append("</table>\n");
    }

    // The x axis counts nines: 0 at the shortest, 1 at p90, 2 at p99, …, so that the tail has as much room as the rest.
    private static List<(double X, double Y)> Percentiles(Histogram latency)
    {
        var points = new List<(double, double)>();
        for (var nines = 0.0; latency.Count > 0 && nines <= Math.Log10(latency.Count) + 0.01 && nines <= 5; nines += 0.05)
        {
            points.Add((nines, Math.Max(latency.QuantileNs(1 - Math.Pow(10, -nines)), 1)));
        }
        return points;
    }

    private static List<(double X, double Y)> OverTime(Measurement total, Func<int, double> figure) =>
        [.. Enumerable.Range(0, Measurement.Slots).Select(i => ((i + 0.5) * total.Plan.Seconds / Measurement.Slots, figure(i)))];

    // The x axis of the histogram is logarithmic: 1, 2 and 5 times each power of ten that it holds, or the powers alone where it is long.
    private static double[]? Decades(List<Histogram> all)
    {
        if (all.Count == 0)
        {
            return null;
        }
        var (least, most) = (Math.Log10(Math.Max(all.Min(one => one.MinNs), 1)), Math.Log10(Math.Max(all.Max(one => one.MaxNs), 1)));
        double[] within = most - least > 2.5 ? [1] : [1, 2, 5];
        return [.. Enumerable.Range((int)least, (int)most - (int)least + 1).SelectMany(power => within.Select(one => power + Math.Log10(one))).Where(x => x >= least && x <= most)];
    }

    private static string PercentileTick(double nines) => nines == 0 ? "min" : $"p{(100 - (100 * Math.Pow(10, -nines))).ToString("0.####", Figures.Plain)}";

    private static string NsTick(double ns) => Figures.Duration(ns);

    private static string Safe(string text) => WebUtility.HtmlEncode(text);

    private const string Head = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>@@@</title>
        <style>
        :root{color-scheme:light dark;--bg:#fff;--fg:#1c1c28;--edge:#c8c8d2;--c0:#1f5fbf;--c1:#c2410c;--c2:#15803d;--c3:#9333ea;--c4:#a16207;--c5:#0e7490}
        @media (prefers-color-scheme:dark){:root{--bg:#15161c;--fg:#eeeef4;--edge:#454552;--c0:#7fb0ff;--c1:#fb923c;--c2:#4ade80;--c3:#d8b4fe;--c4:#facc15;--c5:#67e8f9}}
        body{margin:24px auto;max-width:1000px;padding:0 16px;background:var(--bg);color:var(--fg);font:18px/1.5 ui-sans-serif,system-ui,"DejaVu Sans",sans-serif}
        h1{font-size:24px}h2{font-size:20px;margin:32px 0 8px}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums}
        th,td{padding:4px 12px;border-bottom:1px solid var(--edge);text-align:right}
        th:first-child{text-align:left}
        svg{width:100%;height:auto}
        svg text{fill:var(--fg);font-size:15px}
        .grid{stroke:var(--edge);stroke-width:1}
        .line{fill:none;stroke-width:2.5}
        .s0{stroke:var(--c0)}.s1{stroke:var(--c1)}.s2{stroke:var(--c2)}.s3{stroke:var(--c3)}.s4{stroke:var(--c4)}.s5{stroke:var(--c5)}
        </style>
        </head>
        <body>

        """;
}
