using System.Globalization;
using SocketLab.Cli;
using SocketLab.Transport.Trace;

namespace SocketLab.Diagram;

/// <summary>
/// Folds what repeats (the same steps and fates over and over), then, if it is still too long, the middle. Each fold is a row that
/// says what is in it. A message that was lost, cut or doubled breaks a repetition, and so stays in sight.
/// </summary>
internal static class Folding
{
    private const int LongestPeriod = 24;
    private const int LeastRepeats = 4;

    public static List<Row> Fold(List<Row> rows, int mostRows)
    {
        if (mostRows <= 0)
        {
            return rows;
        }
        var folded = rows.Count > 80 ? FoldRepeats(rows) : rows;
        if (folded.Count <= mostRows)
        {
            return folded;
        }
        var (head, tail) = (mostRows * 2 / 3, mostRows / 3);
        var middle = folded[head..^tail];
        return [.. folded[..head], FoldOf(middle, "not drawn one by one"), .. folded[^tail..]];
    }

    private static List<Row> FoldRepeats(List<Row> rows)
    {
        var ids = new Dictionary<string, int>();
        var shapes = rows.ConvertAll(row => ids.TryGetValue(Shape(row), out var id) ? id : ids[Shape(row)] = ids.Count).ToArray();
        var folded = new List<Row>();
        for (var i = 0; i < rows.Count;)
        {
            var (period, repeats) = BestRun(shapes, i);
            if (repeats < LeastRepeats)
            {
                folded.Add(rows[i++]);
                continue;
            }
            // The first and the last are drawn, so that what changes between them (offsets, numbers) can be read off.
            folded.AddRange(rows[i..(i + period)]);
            var last = i + (period * (repeats - 1));
            folded.Add(FoldOf(rows[(i + period)..last], string.Create(CultureInfo.InvariantCulture, $"{repeats - 2:N0} times more, the same")));
            folded.AddRange(rows[last..(last + period)]);
            i = last + period;
        }
        return folded;
    }

    private static (int Period, int Repeats) BestRun(int[] shapes, int at)
    {
        var best = (Period: 1, Repeats: 1);
        for (var period = 1; period <= LongestPeriod && at + (period * LeastRepeats) <= shapes.Length; period++)
        {
            var same = at + period;
            while (same < shapes.Length && shapes[same] == shapes[same - period])
            {
                same++;
            }
            var repeats = (same - at) / period;
            if (repeats >= LeastRepeats && repeats * period > best.Repeats * best.Period)
            {
                best = (period, repeats);
            }
        }
        return best;
    }

    private static string Shape(Row row) => string.Join(';', row.Steps.Select(step =>
        $"{step.Lane.Index}{step.Event.Kind}{step.State}>{string.Join(',', step.Out.Select(arrow => $"{arrow.ToLane.Index}{arrow.Fate}"))}<{string.Join(',', step.In.Select(arrow => $"{arrow.FromLane.Index}{arrow.Fate}"))}"));

    private static Row FoldOf(List<Row> rows, string why)
    {
        var steps = rows.SelectMany(row => row.Steps).ToList();
        var arrows = steps.SelectMany(step => step.Out.Concat(step.In.Where(arrow => arrow.From is null))).ToList();
        var parts = new List<string> { ServerWords.Many(steps.Count, "event") };
        parts.AddRange(arrows.Where(arrow => arrow.Kind == ArrowKind.Data).GroupBy(arrow => arrow.Fate).OrderBy(group => group.Key)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count():N0} {Name(group.Key)}")));
        if (arrows.Sum(arrow => arrow.Bytes) is > 0 and var bytes)
        {
            parts.Add(Sizes.Text(bytes));
        }
        if (steps.Count(step => step.Event.Kind is TraceKind.Reset) is > 0 and var resets)
        {
            parts.Add(ServerWords.Many(resets, "reset"));
        }
        return new Row(steps, new Fold($"{why}: {string.Join(", ", parts)}", steps.Count));
    }

    private static string Name(Fate fate) => fate switch
    {
        Fate.Delivered => "delivered",
        Fate.Lost => "LOST",
        Fate.Cut => "CUT",
        Fate.Duplicate => "DUPLICATED",
        Fate.Reset => "gone with a RST",
        Fate.Unread => "never read",
        _ => "to or from a peer without a trace",
    };
}
