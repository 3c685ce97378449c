using System.Text;

namespace SocketLab.Bench;

/// <summary>The report as text: one table, the latencies drawn, and the notes.</summary>
internal static class TableReport
{
    private const int BarColumns = 40;
    private const int LinesOfAHistogram = 18;

    public static string Draw(Contest contest, string clocked, IReadOnlyList<string> notes, bool ascii, int columns = int.MaxValue)
    {
        var text = new StringBuilder();
        text.Append(Wrapped(Report.Title(contest), columns)).Append("latency: ").Append(clocked).Append("\n\n");
        var totals = contest.Standings.Select(one => one.Total()).ToList();
        var cells = new List<string[]> { (string[])["", .. contest.Standings.Select(one => one.Contestant.Name)] };
        foreach (var row in Report.Rows(contest))
        {
            cells.Add([row.Title, .. contest.Standings.Zip(totals, (one, total) => row.Figure(one, total) is { } figure ? row.Text(figure, ascii) : "-")]);
        }
        text.Append(DrawnTable.Draw(cells, columns, ascii));
        if (contest.Standings.Count > 1)
        {
            var dash = ascii ? "-" : "–";
            text.Append("\nratio to ").Append(contest.Standings[0].Contestant.Name).Append(": median of ").Append(contest.Standings.Min(one => one.Rounds.Count)).Append(" rounds [least").Append(dash).Append("most]\n\n");
            var ratios = new List<string[]> { (string[])["", .. Report.Ratios.Select(one => one.Title)] };
            foreach (var one in contest.Standings.Skip(1))
            {
                ratios.Add([one.Contestant.Name, .. Report.Ratios.Select(figure => Spread.OfRatio(one, contest.Standings[0], figure.Figure) is { } ratio
                    ? ratio.Text(Figures.Three, dash) : "-")]);
            }
            text.Append(DrawnTable.Draw(ratios, columns, ascii));
        }
        for (var i = 0; i < contest.Standings.Count; i++)
        {
            text.Append('\n').Append(contest.Standings[i].Contestant.Name).Append('\n');
            Append(text, totals[i].Latency, ascii);
        }
        text.Append(notes.Count > 0 ? "\n" : "");
        foreach (var note in notes)
        {
            text.Append(Wrapped("note: " + (ascii ? note.Replace("µ", "u", StringComparison.Ordinal) : note), columns));
        }
        return text.ToString();
    }

    /// <summary>A sentence in lines no longer than so many columns; later ones are indented.</summary>
    private static StringBuilder Wrapped(string sentence, int columns)
    {
        var (text, used) = (new StringBuilder(), 0);
        foreach (var word in sentence.Split(' '))
        {
            var wraps = used > 0 && used + 1 + word.Length > columns;
            text.Append(used == 0 ? "" : wraps ? "\n  " : " ").Append(word);
            used = wraps ? 2 + word.Length : used + word.Length + (used > 0 ? 1 : 0);
        }
        return text.Append('\n');
    }

    // Lines of equal width on a logarithmic scale, from the shortest to the longest: a tail is seen, however long.
    private static void Append(StringBuilder text, Histogram latency, bool ascii)
    {
        if (latency.Count == 0)
        {
            return;
        }
        var lines = HistogramBins.Of(latency, LinesOfAHistogram);
        var most = lines.Max(line => line.Count);
        var seen = 0L;
        foreach (var line in lines)
        {
            seen += line.Count;
            var columns = (double)line.Count / most * BarColumns;
            var bar = ascii ? new string('#', (int)Math.Ceiling(columns)) : new string('█', (int)columns) + (columns % 1 * 8 is >= 1 and var part ? "▏▎▍▌▋▊▉"[Math.Min((int)part, 7) - 1].ToString() : line.Count > 0 && columns < 1 ? "▏" : "");
            text.Append($"  {Figures.Duration(line.FromNs, ascii),9} {bar.PadRight(BarColumns)} {Figures.Count(line.Count),11} {(double)seen / latency.Count,8:0.00%}".TrimEnd()).Append('\n');
        }
    }
}
