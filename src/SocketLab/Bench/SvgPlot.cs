using System.Net;
using System.Text;

namespace SocketLab.Bench;

/// <summary>Lines over two axes, as SVG. Colours are the page's classes s0, s1, …; each line is named above the plot.</summary>
internal sealed class SvgPlot(string xTitle, string yTitle, Func<double, string> xText, Func<double, string> yText)
{
    private const int Width = 1000, Height = 380, Left = 110, Right = 48, Top = 44, Bottom = 52, Colours = 6;

    public required IReadOnlyList<(string Name, List<(double X, double Y)> Points)> Series { get; init; }

    public double[]? XTicks { get; init; }

    public bool LogY { get; init; }

    /// <summary>Draw each point as a level until the next, as a histogram has it.</summary>
    public bool Steps { get; init; }

    public string Draw()
    {
        var all = Series.SelectMany(one => one.Points).ToList();
        if (all.Count == 0)
        {
            return "<p>Nothing to draw.</p>\n";
        }
        var (left, right) = (all.Min(p => p.X), all.Max(p => p.X));
        var (low, high) = LogY
            ? (Math.Floor(Math.Log10(all.Min(p => p.Y))), Math.Ceiling(Math.Log10(all.Max(p => p.Y)) + 1e-9))
            : (0, all.Max(p => p.Y));
        (right, high) = (right > left ? right : left + 1, high > low ? high : low + 1);
        var levels = LogY ? Enumerable.Range((int)low, (int)(high - low) + 1).Select(power => Math.Pow(10, power)).ToArray() : RoundSteps(0, high * 1.05);
        high = LogY ? high : levels[^1];
        double X(double x) => Left + ((x - left) / (right - left) * (Width - Left - Right));
        double Y(double y) => Height - Bottom - (((LogY ? Math.Log10(y) : y) - low) / (high - low) * (Height - Top - Bottom));

        var svg = new StringBuilder();
        svg.Append(Figures.Plain, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Safe($"{yTitle} over {xTitle}")}\">\n");
        foreach (var y in levels)
        {
            svg.Append(Figures.Plain, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(y):0.0}\" y2=\"{Y(y):0.0}\"/><text x=\"{Left - 8}\" y=\"{Y(y) + 5:0.0}\" text-anchor=\"end\">{Safe(yText(y))}</text>\n");
        }
        foreach (var x in XTicks?.Where(x => x >= left && x <= right) ?? RoundSteps(left, right).Where(x => x >= left && x <= right))
        {
            svg.Append(Figures.Plain, $"<text x=\"{X(x):0.0}\" y=\"{Height - Bottom + 22}\" text-anchor=\"middle\">{Safe(xText(x))}</text>\n");
        }
        svg.Append(Figures.Plain, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">{Safe(xTitle)}</text>\n");
        var at = Left;
        for (var i = 0; i < Series.Count; i++)
        {
            var (name, points) = Series[i];
            var path = string.Join(' ', points.SelectMany((p, k) => Steps && k > 0 ? [(p.X, points[k - 1].Y), p] : new[] { p }).Select(p => string.Create(Figures.Plain, $"{X(p.X):0.0},{Y(p.Y):0.0}")));
            svg.Append(Figures.Plain, $"<polyline class=\"line s{i % Colours}\" points=\"{path}\"/>\n");
            svg.Append(Figures.Plain, $"<line class=\"line s{i % Colours}\" x1=\"{at}\" x2=\"{at + 26}\" y1=\"18\" y2=\"18\"/><text x=\"{at + 32}\" y=\"23\">{Safe(name)}</text>\n");
            at += 52 + (name.Length * 9);
        }
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>Some five steps of 1, 2 or 5 times a power of ten, from at or below the one to at or above the other.</summary>
    private static double[] RoundSteps(double from, double to)
    {
        var rough = (to - from) / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        var first = Math.Floor(from / step);
        return [.. Enumerable.Range(0, (int)(Math.Ceiling(to / step) - first) + 1).Select(i => (first + i) * step)];
    }

    private static string Safe(string text) => WebUtility.HtmlEncode(text);
}
