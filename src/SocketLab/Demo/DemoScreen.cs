using SocketLab.Cli;
using SocketLab.Diagram;
using SocketLab.Explain;
using SocketLab.Transport.Trace;
using SocketLab.Views;

namespace SocketLab.Demo;

/// <summary>The roles side by side in columns; redirected, one line an event with the role in front.</summary>
internal sealed class DemoScreen
{
    private const int Space = 2;
    private const int ExplanationColumns = 78;
    private readonly TextWriter _output;
    private readonly Ink _ink;
    private readonly List<string> _roles;
    private readonly bool _explain;
    private readonly bool _ascii;
    private readonly int _column;
    private readonly int _headEvery;
    private readonly Dictionary<string, SaidBefore> _said = [];
    private int _linesSinceHead;

    /// <param name="output">Where to.</param>
    /// <param name="ink">Its colours.</param>
    /// <param name="demonstration">Whose roles are the columns.</param>
    /// <param name="columns">The terminal's width; 0: lines with prefixes.</param>
    /// <param name="explain">Under each event its calls, the kernel's words, and what learners get wrong.</param>
    /// <param name="ascii">Only ASCII.</param>
    /// <param name="rows">The terminal's height: the roles' names come again before they have left the screen; 0: once.</param>
    public DemoScreen(TextWriter output, Ink ink, Demonstration demonstration, int columns, bool explain, bool ascii, int rows = 0)
    {
        (_output, _ink, _explain, _ascii, _headEvery) = (output, ink, explain, ascii, rows - 3);
        _roles = [.. demonstration.Roles.Select(role => $"{demonstration.Pattern} {role}")];
        _column = columns > 0 ? Math.Max(12, (columns - 1 - (Space * (_roles.Count - 1))) / _roles.Count) : 0;
        WriteHead();
    }

    private void WriteHead()
    {
        if (_column > 0)
        {
            _linesSinceHead = 0;
            WriteRow(_roles.ConvertAll(role => Cells.Pad(Cells.Wrap(role, _column)[0], _column)), _ink.Bold);
            WriteRow(_roles.ConvertAll(_ => new string(_ascii ? '-' : '─', _column)), _ink.Dim);
        }
    }

    public void Show(TraceEvent e, string? kernel)
    {
        var at = Math.Max(0, _roles.IndexOf(e.Role));
        var lines = Lines(e, kernel).ToList();
        if (_headEvery > 8 && _linesSinceHead + lines.Count > _headEvery)
        {
            WriteHead();
        }
        foreach (var (line, paint) in lines)
        {
            var plain = _ascii ? Printable.Text(System.Text.Encoding.UTF8.GetBytes(line.Replace("…", "...", StringComparison.Ordinal)), keepLines: true, ascii: true) : line;
            if (_column == 0)
            {
                _output.WriteLine($"{$"[{e.Role}]",-20} {paint(plain)}");
                continue;
            }
            // An explanation in a narrow column would be a word a line: it may reach beyond its column, and to the left where it must.
            var total = (_roles.Count * (_column + Space)) - Space;
            var width = plain.StartsWith(' ') ? Math.Max(_column, Math.Min(total, ExplanationColumns)) : _column;
            var left = new string(' ', Math.Min(at * (_column + Space), total - width));
            foreach (var part in Cells.Wrap(plain, width, plain.StartsWith(' ') ? 4 : 2))
            {
                _output.WriteLine(left + paint(part));
                _linesSinceHead++;
            }
        }
        _output.Flush();
    }

    private IEnumerable<(string Line, Func<string, string> Paint)> Lines(TraceEvent e, string? kernel)
    {
        yield return (Words.Step(e), Painter(e.Kind));
        if (!_explain || e.Kind == TraceKind.Note || Explanations.Of(e) is not { } text)
        {
            yield break;
        }
        // What one subscriber was told need not be told to the next.
        var word = Layers.RoleWord(e);
        var brief = (_said.GetValueOrDefault(word) ?? (_said[word] = new SaidBefore(times: 1))).Often(text);
        if (text.Python.Length > 0 && !brief)
        {
            if (text.Python.StartsWith("# ", StringComparison.Ordinal) && text.CSharp == "//" + text.Python[1..])
            {
                yield return ("  Python, C#: " + text.Python[2..], _ink.Dim);
            }
            else
            {
                yield return ("  Python: " + text.Python, _ink.Dim);
                yield return ("  C#: " + text.CSharp, _ink.Dim);
            }
        }
        if (kernel is not null)
        {
            yield return ("  kernel: " + kernel, _ink.Dim);
        }
        if (!brief)
        {
            yield return ("  mind: " + text.Mind, _ink.Yellow);
        }
    }

    private Func<string, string> Painter(TraceKind kind) => kind switch
    {
        TraceKind.Send => _ink.Cyan,
        TraceKind.Receive => _ink.Green,
        TraceKind.Cut or TraceKind.Timeout or TraceKind.Drop or TraceKind.QueueFull or TraceKind.Limit or TraceKind.Retry => _ink.Yellow,
        TraceKind.Reset or TraceKind.Refused or TraceKind.Error or TraceKind.BrokenPipe or TraceKind.Unreachable => _ink.Red,
        TraceKind.Note or TraceKind.Waiting => _ink.Dim,
        _ => text => text,
    };

    private void WriteRow(List<string> cells, Func<string, string> paint) =>
        _output.WriteLine(string.Join(new string(' ', Space), cells.Select(paint)));
}
