using System.Globalization;
using System.Text;

namespace SocketLab.Diagram;

/// <summary>One arrow of the SVG: each fate has its own line, end and colour, so that it shows at a glance and without colour too.</summary>
internal static class SvgArrow
{
    public static void Draw(StringBuilder svg, Arrow arrow, int number, (double X, double Y) from, (double X, double Y) to, List<string> label, (double X, double Y) labelAt)
    {
        var length = Math.Max(1, Math.Sqrt(Math.Pow(to.X - from.X, 2) + Math.Pow(to.Y - from.Y, 2)));
        var (dx, dy) = ((to.X - from.X) / length, (to.Y - from.Y) / length);
        svg.Append(CultureInfo.InvariantCulture, $"<g class=\"arrow {Class(arrow)}\" id=\"a{number}\">\n");
        // A wide invisible line is easier to hit with the pointer.
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"hit\" d=\"M{from.X:0.#} {from.Y:0.#}L{to.X:0.#} {to.Y:0.#}\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"shaft\" d=\"M{from.X:0.#} {from.Y:0.#}L{to.X:0.#} {to.Y:0.#}\"/>");
        if (arrow.Fate == Fate.Duplicate)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"shaft\" d=\"M{from.X - (dy * 4):0.#} {from.Y + (dx * 4):0.#}L{to.X - (dy * 4):0.#} {to.Y + (dx * 4):0.#}\"/>");
        }
        if (arrow.To is not null || arrow.Fate is Fate.Untraced or Fate.Delivered)
        {
            Head(svg, to, dx, dy);
        }
        else if (arrow.Fate == Fate.Unread)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"open\" cx=\"{to.X:0.#}\" cy=\"{to.Y:0.#}\" r=\"6\"/>");
        }
        else if (arrow.Fate == Fate.Refused)
        {
            // A wall.
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"cross\" d=\"M{to.X:0.#} {to.Y - 12:0.#}v24\"/>");
        }
        else
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"cross\" d=\"M{to.X - 8:0.#} {to.Y - 8:0.#}l16 16m0-16l-16 16\"/>");
        }
        if (arrow.Fate == Fate.Cut)
        {
            var (cx, cy) = (to.X - (dx * 34), to.Y - (dy * 34));
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"cross\" d=\"M{cx - 6:0.#} {cy + 9:0.#}l6-18m3 18l6-18\"/>");
        }
        foreach (var (i, line) in label.Index())
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"label\" x=\"{labelAt.X:0.#}\" y=\"{labelAt.Y - ((label.Count - 1 - i) * 20):0.#}\" text-anchor=\"middle\">{SvgDiagram.Xml(line)}</text>");
        }
        svg.Append("\n</g>\n");
    }

    private static void Head(StringBuilder svg, (double X, double Y) to, double dx, double dy)
    {
        var (bx, by) = (to.X - (dx * 5), to.Y - (dy * 5));
        var (ax, ay) = (bx - (dx * 12), by - (dy * 12));
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"tip\" d=\"M{bx:0.#} {by:0.#}L{ax - (dy * 5):0.#} {ay + (dx * 5):0.#}L{ax + (dy * 5):0.#} {ay - (dx * 5):0.#}Z\"/>");
    }

    private static string Class(Arrow arrow) => arrow.Kind switch
    {
        ArrowKind.Reset => "rst",
        ArrowKind.Data => arrow.Fate.ToString().ToLowerInvariant(),
        _ when arrow.Fate is not (Fate.Delivered or Fate.Untraced) => arrow.Fate.ToString().ToLowerInvariant(),
        _ => "control",
    };
}
