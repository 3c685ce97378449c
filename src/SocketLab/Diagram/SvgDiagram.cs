using System.Globalization;
using System.Text;
using SocketLab.Cli;
using SocketLab.Views;

namespace SocketLab.Diagram;

/// <summary>The chart as SVG: one file, no script, light and dark by the reader's own setting, all text as text.</summary>
internal sealed class SvgDiagram
{
    private const int Gap = 340;
    private const int Side = 150;
    private const int LineHeight = 20;
    private const int TextColumns = 36;
    private const int TitleCharWidth = 14;
    private const double ColumnWidth = 8.43; // DejaVu Sans Mono at 14 px

    private readonly Chart _chart;
    private readonly StringBuilder _back = new();
    private readonly StringBuilder _front = new();
    private readonly Dictionary<Step, double> _at = [];
    private readonly double[] _rowAt;
    private readonly HashSet<(Step, int, bool)> _drawnToFolds = [];
    private readonly Boxes _boxes = new();
    private double _y;

    private int Across => (2 * Side) + (Gap * Math.Max(1, _chart.Lanes.Count - 1));

    private SvgDiagram(Chart chart) => (_chart, _rowAt) = (chart, new double[chart.Rows.Count]);

    public static string Draw(Chart chart) => new SvgDiagram(chart).Draw();

    private string Draw()
    {
        var title = _chart.Title.Length > 0 ? Cells.Wrap(Printable.Text(_chart.Title), Across / TitleCharWidth) : [];
        _y = 20 + (title.Count * 30);
        var top = _y;
        _y += 74;
        Place();
        var (width, height) = (Across, _y + 30);
        var numbers = _chart.Arrows.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        // Level arrows first: their labels have the least choice of a place.
        foreach (var arrow in _chart.Arrows.OrderBy(IsSteep))
        {
            DrawArrow(arrow, numbers[arrow]);
        }
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:0}" width="{width}" height="{height:0}" role="img" class="sequence">
            <title>{Xml(_chart.Title.Length > 0 ? _chart.Title : "Sequence diagram: " + string.Join(", ", _chart.Lanes.Select(lane => lane.Name)))}</title>
            <style>{SvgStyle.Css}</style>
            <rect class="paper" width="100%" height="100%"/>

            """);
        foreach (var (i, line) in title.Index())
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"title\" x=\"{width / 2}\" y=\"{32 + (i * 30)}\" text-anchor=\"middle\">{Xml(line)}</text>\n");
        }
        foreach (var lane in _chart.Lanes)
        {
            var x = X(lane);
            svg.Append(CultureInfo.InvariantCulture, $"""
                <line class="life" x1="{x}" y1="{top + 48}" x2="{x}" y2="{height - 14:0}"/>
                <rect class="head" x="{x - 130}" y="{top}" width="260" height="48" rx="8"/>
                <text class="name" x="{x}" y="{top + 21}" text-anchor="middle">{Xml(Short(lane.Name, 24))}<title>{Xml(lane.Name)}</title></text>
                <text class="where" x="{x}" y="{top + 39}" text-anchor="middle">{Xml(Short(lane.Where ?? "", 34))}</text>

                """);
        }
        return svg.Append(_back).Append(_front).Append("</svg>\n").ToString();
    }

    /// <summary>Gives each row its height and each step its place, and draws what stands beside the lanes.</summary>
    private void Place()
    {
        foreach (var (i, row) in _chart.Rows.Index())
        {
            _rowAt[i] = _y + 12;
            if (row.Fold is { } fold)
            {
                _front.Append(CultureInfo.InvariantCulture, $"<rect class=\"fold\" x=\"20\" y=\"{_y:0}\" width=\"{Across - 40}\" height=\"26\" rx=\"6\"/>\n<text class=\"folded\" x=\"34\" y=\"{_y + 18:0}\">⋮ {Xml(fold.Words)}</text>\n");
                _boxes.Add(new Box(20, _y, Across - 40, 26));
                _y += 40;
                continue;
            }
            var loose = row.Steps.Count == 1 && row.Steps[0] is var step && step.In.Count + step.Out.Count == 0 ? row.Steps[0] : null;
            var labelLines = row.Steps.SelectMany(one => one.In.Concat(one.Out)).Select(arrow => Label(arrow).Count).DefaultIfEmpty(0).Max();
            var spread = Math.Max(0, row.Steps.Max(one => Math.Max(one.In.Count, one.Out.Count)) - 1);
            var y = _y + 12 + (labelLines > 1 ? (labelLines - 1) * LineHeight : 0);
            _at[row.Steps[0]] = y;
            if (row.Steps.Count == 2)
            {
                _at[row.Steps[1]] = y + 14;
            }
            var lines = loose is null ? [] : Cells.Wrap(Words.Step(loose.Event), TextColumns);
            foreach (var (n, line) in lines.Index())
            {
                _boxes.Add(Beside(loose!, line, y + (n * LineHeight)));
                var left = IsRightmost(loose!.Lane);
                _front.Append(CultureInfo.InvariantCulture, $"<text class=\"step\" x=\"{X(loose.Lane) + (left ? -14 : 14)}\" y=\"{y + 5 + (n * LineHeight):0}\"{(left ? " text-anchor=\"end\"" : "")}>{Xml(line)}</text>\n");
            }
            foreach (var one in row.Steps)
            {
                _front.Append(CultureInfo.InvariantCulture, $"<circle class=\"dot k-{one.Event.Kind.ToString().ToLowerInvariant()}\" cx=\"{X(one.Lane)}\" cy=\"{_at[one]:0}\" r=\"4.5\"/>\n");
                State(one, _at[one] + 10 + (Math.Max(0, lines.Count - 1) * LineHeight));
            }
            var bottom = _at[row.Steps[^1]];
            _y = bottom + 22 + (Math.Max(0, lines.Count - 1) * LineHeight) + (spread > 0 ? 14 * Math.Min(spread, 3) : 0) + (row.Steps.Any(one => one.State is not null) ? 22 : 0);
        }
    }

    private void State(Step step, double y)
    {
        if (step.State is null)
        {
            return;
        }
        var words = step.Lane.StateWords(step);
        var width = (words.Length * 9.4) + 20;
        _boxes.Add(new Box(X(step.Lane) - (width / 2), y, width, 19));
        _front.Append(CultureInfo.InvariantCulture, $"<rect class=\"pill\" x=\"{X(step.Lane) - (width / 2):0.#}\" y=\"{y:0}\" width=\"{width:0.#}\" height=\"19\" rx=\"9\"/>\n<text class=\"state\" x=\"{X(step.Lane)}\" y=\"{y + 14:0}\" text-anchor=\"middle\">{Xml(words)}</text>\n");
    }

    private void DrawArrow(Arrow arrow, int number)
    {
        var fromFold = arrow.From is { } from && !_at.ContainsKey(from);
        var toFold = arrow.To is { } to && !_at.ContainsKey(to);
        if ((fromFold || arrow.From is null) && (toFold || arrow.To is null))
        {
            return; // counted in the fold
        }
        var folded = fromFold || toFold;
        if (folded && !_drawnToFolds.Add((fromFold ? arrow.To! : arrow.From!, (fromFold ? arrow.From! : arrow.To!).Row, fromFold)))
        {
            return; // one line stands for all between a step and a fold
        }
        var y2 = arrow.To is { } end ? At(end) : At(arrow.From!) + 14;
        var y1 = arrow.From is { } start ? At(start) : y2 - 14;
        var (x1, x2) = ((double)X(arrow.FromLane), (double)X(arrow.ToLane));
        if (arrow.FromLane == arrow.ToLane)
        {
            x2 = x1 + (arrow.FromLane.Index == _chart.Lanes.Count - 1 ? -Gap / 2 : Gap / 2);
        }
        var arrives = arrow.To is not null || arrow.Fate is Fate.Untraced or Fate.Delivered;
        if (!arrives)
        {
            (x2, y2) = (x1 + ((x2 - x1) * (arrow.Fate is Fate.Unread or Fate.Refused ? 0.95 : 0.72)), y1 + ((y2 - y1) * 0.72));
        }
        var label = folded ? [] : Label(arrow);
        SvgArrow.Draw(_back, arrow, number, (x1, y1), (x2, y2), label, LabelAt(label, (x1, y1), (x2, y2)));
    }

    /// <summary>A label's lines: what lies between two lanes that are far apart has more room.</summary>
    private static List<string> Label(Arrow arrow) => Cells.Wrap(Words.Full(arrow),
        Math.Clamp((int)((Math.Abs(X(arrow.FromLane) - X(arrow.ToLane)) - 16) / ColumnWidth), TextColumns, 2 * TextColumns));

    /// <summary>
    /// Where the last line of a label stands: on a level arrow in its middle, on a steep one beside its head, where arrows that begin
    /// at one point have parted; and if something is there already, wherever along the arrow there is room.
    /// </summary>
    private (double X, double Y) LabelAt(List<string> label, (double X, double Y) from, (double X, double Y) to)
    {
        if (label.Count == 0)
        {
            return to;
        }
        var (width, height) = (label.Max(Cells.Width) * ColumnWidth, label.Count * LineHeight);
        var steep = Math.Abs(to.Y - from.Y) > 20;
        var first = steep ? 1 - (Math.Min(130, Math.Abs(to.X - from.X) / 2) / Math.Max(1, Math.Abs(to.X - from.X))) : 0.5;
        var (best, box, least) = (to, default(Box), double.MaxValue);
        foreach (var above in (ReadOnlySpan<double>)[-10, 22])
        {
            foreach (var part in (ReadOnlySpan<double>)[first, 0.5, 0.6, 0.4, 0.7, 0.3, 0.78, 0.22])
            {
                var (x, y) = (from.X + ((to.X - from.X) * part), from.Y + ((to.Y - from.Y) * part) + (above < 0 ? above : above + height - LineHeight));
                var here = new Box(x - (width / 2), y - 14 - height + LineHeight, width, height - 2);
                var overlap = here.X < 4 || here.X + here.Width > Across - 4 ? double.MaxValue / 2 : _boxes.Overlap(here);
                if (overlap < least)
                {
                    (best, box, least) = ((x, y), here, overlap);
                }
                if (overlap == 0)
                {
                    break;
                }
            }
            if (least == 0)
            {
                break;
            }
        }
        _boxes.Add(box);
        return best;
    }

    private bool IsSteep(Arrow arrow) => arrow is { From: { } from, To: { } to } && Math.Abs(At(from) - At(to)) > 20;

    private Box Beside(Step step, string line, double y)
    {
        var width = Cells.Width(line) * ColumnWidth;
        return new Box(X(step.Lane) + (IsRightmost(step.Lane) ? -14 - width : 14), y - 9, width, LineHeight - 2);
    }

    private bool IsRightmost(Lane lane) => lane.Index > 0 && lane.Index == _chart.Lanes.Count - 1;

    private double At(Step step) => _at.TryGetValue(step, out var y) ? y : _rowAt[step.Row];

    /// <summary>What must fit a box: the whole of it is shown under the pointer.</summary>
    private static string Short(string text, int columns) => Cells.Width(text) <= columns ? text : Cells.Wrap(text, columns - 1)[0] + "…";

    private static int X(Lane lane) => Side + (lane.Index * Gap);

    /// <summary>Text for XML. Control characters were made escapes before; what XML cannot hold at all is made so here.</summary>
    internal static string Xml(string text) => Printable.Text(Encoding.UTF8.GetBytes(text), keepLines: true)
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);
}
