using SocketLab.Explain;
using SocketLab.Transport.Trace;
using SocketLab.Views;

namespace SocketLab.Cli;

/// <summary>One role's run: its journal with the views attached, and standard output for the data.</summary>
internal sealed class LabSession : IAsyncDisposable
{
    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly ViewChoice _views;

    public LabSession(string pattern, string role, ViewChoice views)
    {
        (Pattern, _views) = (pattern, views);
        Log = new TraceLog($"{pattern} {role}");
        if (views.TraceFile is { } path)
        {
            // Everything the trace leaves out would be a lie in the diagram: its queue is far longer than the narration's.
            Log.Attach(new JsonLines(NewFile.Create("trace", path, views.Force), $"{pattern} {role}"), queueEvents: 4_000_000, queueBytes: 512 << 20);
        }
        if (views.Json)
        {
            Log.Attach(new JsonLines(_output, $"{pattern} {role}"), queueEvents: 4_000_000, queueBytes: 512 << 20);
        }
        if (views.Explain || views.Step)
        {
            var explain = new ExplainView(Console.Error, Ink.ForError, views.Hex, views.Ascii, views.Step ? new Stepper(Console.Error) : null);
            Log.Attach(explain);
            Log.Gate = explain.Hold;
        }
        else if (!views.Quiet && !views.Json)
        {
            Log.Attach(new Narration(Console.Error, Ink.ForError, views.Hex, views.Ascii));
        }
    }

    public string Pattern { get; }

    public TraceLog Log { get; }

    /// <summary>Whether standard output carries the journal instead of data.</summary>
    public bool Json => _views.Json;

    /// <summary>The line that scripts wait for: <c>READY tcp-echo 127.0.0.1:5677</c>. With <c>--json</c> the ready event stands for it.</summary>
    public async Task ReadyAsync(string endPoint)
    {
        await Log.FlushAsync().ConfigureAwait(false);
        if (!Json)
        {
            WriteOut($"READY {Pattern} {endPoint}\n");
        }
    }

    /// <summary>
    /// Writes what came back: to a pipe or file exactly the bytes; on a terminal with dangerous characters escaped and a line feed at
    /// the end. The journal's lines about it come first.
    /// </summary>
    public async Task DataAsync(ReadOnlyMemory<byte> bytes)
    {
        await Log.FlushAsync().ConfigureAwait(false);
        if (Json)
        {
            return;
        }
        if (Console.IsOutputRedirected)
        {
            await _output.WriteAsync(bytes).ConfigureAwait(false);
            await _output.FlushAsync().ConfigureAwait(false);
        }
        else
        {
            var text = Printable.Text(bytes.Span, keepLines: true, ascii: _views.Ascii);
            WriteOut(text.EndsWith('\n') ? text : text + "\n");
        }
    }

    /// <summary>A line of data that is text of the lab's own (a table, a report), on standard output.</summary>
    public async Task LineAsync(string line)
    {
        await Log.FlushAsync().ConfigureAwait(false);
        if (!Json)
        {
            WriteOut(line + "\n");
        }
    }

    /// <summary>A sentence for the reader, in the journal.</summary>
    public void Note(string sentence) => Log.Write(new TraceEvent { Kind = TraceKind.Note, Note = sentence });

    public ValueTask DisposeAsync() => Log.DisposeAsync();

    private void WriteOut(string text)
    {
        _output.Write(System.Text.Encoding.UTF8.GetBytes(text));
        _output.Flush();
    }
}
