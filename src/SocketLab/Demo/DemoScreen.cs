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
    private readonly TextWriter _output;
    private readonly Ink _ink;
    private readonly List<string> _roles;
    private readonly bool _explain;
    private readonly bool _ascii;
    private readonly int _column;

    /// <param name="output">Where to.</param>
    /// <param name="ink">Its colours.</param>
    /// <param name="demonstration">Whose roles are the columns.</param>
    /// <param name="columns">The terminal's width; 0: lines with prefixes.</param>
    /// <param name="explain">Under each event its calls, the kernel's words, and what learners get wrong.</param>
    /// <param name="ascii">Only ASCII.</param>
    public DemoScreen(TextWriter output, Ink ink, Demonstration demonstration, int columns, bool explain, bool ascii)
    {
        (_output, _ink, _explain, _ascii) = (output, ink, explain, ascii);
        _roles = [.. demonstration.Roles.Select(role => $"{demonstration.Pattern} {role}")];
        _column = columns > 0 ? Math.Max(12, (columns - 1 - (Space * (_roles.Count - 1))) / _roles.Count) : 0;
        if (_column > 0)
        {
            WriteRow(_roles.ConvertAll(role => Cells.Pad(Cells.Wrap(role, _column)[0], _column)), ink.Bold);
            WriteRow(_roles.ConvertAll(_ => new string(ascii ? '-' : '─', _column)), ink.Dim);
        }
    }

    public void Show(TraceEvent e, string? kernel)
    {
        var at = Math.Max(0, _roles.IndexOf(e.Role));
        foreach (var (line, paint) in Lines(e, kernel))
        {
            var plain = _ascii ? Printable.Text(System.Text.Encoding.UTF8.GetBytes(line.Replace("…", "...", StringComparison.Ordinal)), keepLines: true, ascii: true) : line;
            if (_column == 0)
            {
                _output.WriteLine($"{$"[{e.Role}]",-20} {paint(plain)}");
                continue;
            }
            foreach (var part in Cells.Wrap(plain, _column))
            {
                _output.WriteLine(new string(' ', at * (_column + Space)) + paint(part));
            }
        }
        _output.Flush();
    }

    private IEnumerable<(string Line, Func<string, string> Paint)> Lines(TraceEvent e, string? kernel)
    {
        yield return (Words.Step(e), Painter(e.Kind));
        if (!_explain || Explanations.Of(e) is not { } text)
        {
            yield break;
        }
        if (text.Python.Length > 0)
        {
            yield return ("  Python: " + text.Python, _ink.Dim);
            yield return ("  C#: " + text.CSharp, _ink.Dim);
        }
        if (kernel is not null)
        {
            yield return ("  kernel: " + kernel, _ink.Dim);
        }
        yield return ("  mind: " + text.Mind, _ink.Yellow);
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
