using System.Text;
using SocketLab.Cli;
using SocketLab.Views;

namespace SocketLab.Diagram;

/// <summary>The chart in characters: lanes as columns, a line or a few for each row.</summary>
internal sealed class TextDiagram
{
    private const int Margin = 13;
    private readonly Chart _chart;
    private readonly TextCanvas _canvas;
    private readonly bool _ascii;
    private readonly int _gap;
    private readonly List<string> _lines = [];

    private TextDiagram(Chart chart, int columns, bool ascii)
    {
        (_chart, _ascii) = (chart, ascii);
        var gaps = Math.Max(1, chart.Lanes.Count - 1);
        _gap = columns > 0 ? Math.Max(16, (columns - (2 * Margin) - 1) / gaps) : 44;
        _canvas = new TextCanvas(chart.Lanes.Count, Margin, _gap, ascii);
    }

    /// <param name="chart">What to draw.</param>
    /// <param name="columns">How wide; 0: as wide as reads well.</param>
    /// <param name="ascii">Only ASCII characters.</param>
    public static string Draw(Chart chart, int columns = 0, bool ascii = false)
    {
        var drawing = new TextDiagram(chart, columns, ascii);
        drawing.Heads();
        var tag = 0;
        foreach (var row in chart.Rows)
        {
            if (row.Fold is { } fold)
            {
                drawing.FoldLines(fold);
            }
            else if (row.Joined is { } arrow)
            {
                drawing.ArrowLines(arrow, Words.Full(arrow));
                drawing.States(row.Steps);
            }
            else
            {
                drawing.StepLines(row.Steps[0], ref tag);
            }
        }
        drawing._lines.Add(drawing._canvas.Lifelines().ToString());
        return string.Concat(drawing._lines.Select(line => line.TrimEnd() + "\n"));
    }

    private void Heads()
    {
        foreach (var of in (ReadOnlySpan<Func<Lane, string>>)[lane => lane.Name, lane => lane.Where ?? ""])
        {
            var names = _chart.Lanes.ConvertAll(lane => Cells.Wrap(Plain(Printable.Text(of(lane), 60)), _gap - 2));
            for (var i = 0; i < names.Max(lines => lines.Count); i++)
            {
                var line = _canvas.Blank();
                foreach (var (lane, lines) in _chart.Lanes.Zip(names))
                {
                    if (i < lines.Count)
                    {
                        line.Centre(_canvas.X(lane), lines[i]);
                    }
                }
                _lines.Add(line.ToString());
            }
        }
        _lines.Add(_canvas.Lifelines().ToString());
    }

    private void StepLines(Step step, ref int tag)
    {
        foreach (var arrow in step.In)
        {
            ArrowLines(arrow, Words.Full(arrow) + (arrow.Tag > 0 ? $" ({arrow.Tag})" : ""));
        }
        var tags = new List<int>();
        foreach (var arrow in step.Out.Where(arrow => arrow.To is not null))
        {
            arrow.Tag = ++tag;
            tags.Add(tag);
        }
        foreach (var arrow in step.Out.Where(arrow => arrow.To is null))
        {
            ArrowLines(arrow, Words.Full(arrow));
        }
        if (tags.Count > 0)
        {
            var list = tags.Count > 3 ? $"({tags[0]})...({tags[^1]})" : string.Join(' ', tags.Select(one => $"({one})"));
            SideLines(step.Lane, $"{Words.Step(step.Event)} {(_ascii ? "->" : "→")} {list}");
        }
        else if (step.In.Count + step.Out.Count == 0)
        {
            SideLines(step.Lane, Words.Step(step.Event));
        }
        States([step]);
    }

    private void ArrowLines(Arrow arrow, string label)
    {
        var label1 = Plain(label);
        var (from, to) = (_canvas.X(arrow.FromLane), _canvas.X(arrow.ToLane));
        if (from == to)
        {
            to = from + (arrow.FromLane.Index == _chart.Lanes.Count - 1 ? -_gap / 2 : _gap / 2);
        }
        var room = Math.Abs(to - from) - 5;
        var above = Cells.Width(label1) > room ? Cells.Wrap(label1, room) : [];
        foreach (var text in above)
        {
            var line = _canvas.Lifelines();
            line.Centre((from + to) / 2, text);
            _lines.Add(line.ToString());
        }
        var drawn = _canvas.Lifelines();
        drawn.Arrow(from, to, arrow.Fate, arrow.Kind);
        if (above.Count == 0)
        {
            drawn.Centre((from + to) / 2, $" {label1} ");
        }
        _lines.Add(drawn.ToString());
    }

    /// <summary>Text beside a lane: to its right, for the last lane to its left.</summary>
    private void SideLines(Lane lane, string text)
    {
        var left = lane.Index > 0 && lane.Index == _chart.Lanes.Count - 1;
        foreach (var (i, part) in Cells.Wrap(Plain(text), _gap - 4).Index())
        {
            var line = _canvas.Lifelines();
            if (i == 0)
            {
                line.Put(_canvas.X(lane), _ascii ? "*" : "●");
            }
            line.Put(left ? _canvas.X(lane) - 2 - Cells.Width(part) : _canvas.X(lane) + 2, part);
            _lines.Add(line.ToString());
        }
    }

    private void States(IReadOnlyList<Step> steps)
    {
        var line = _canvas.Lifelines();
        foreach (var step in steps.Where(step => step.State is not null))
        {
            var words = step.Lane.StateWords(step);
            line.Centre(_canvas.X(step.Lane), _ascii ? $"[{words}]" : $"┤{words}├");
        }
        if (steps.Any(step => step.State is not null))
        {
            _lines.Add(line.ToString());
        }
    }

    private void FoldLines(Fold fold)
    {
        foreach (var part in Cells.Wrap($"{(_ascii ? ":" : "⋮")} {fold.Words}", _canvas.Columns - 2))
        {
            var line = _canvas.Blank();
            line.Put(1, part);
            _lines.Add(line.ToString());
        }
    }

    private string Plain(string text) => !_ascii ? text
        : Printable.Text(Encoding.UTF8.GetBytes(text.Replace("…", "...", StringComparison.Ordinal).Replace("—", "-", StringComparison.Ordinal)), keepLines: true, ascii: true);
}
