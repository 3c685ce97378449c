using System.CommandLine;
using SocketLab.Explain;
using SocketLab.Transport.Trace;
using SocketLab.Views;

namespace SocketLab.Cli;

/// <summary>One role's run: its journal with the views attached, and standard output for the data.</summary>
internal sealed class LabSession : IAsyncDisposable
{
    private readonly StandardOutput _output = new();
    private readonly ViewChoice _views;
    private bool _inLine;

    public LabSession(string pattern, string role, ViewChoice views)
    {
        (Pattern, _views) = (pattern, views);
        Log = new TraceLog($"{pattern} {role}");
        if (views.TraceFile is { } path)
        {
            // Everything the trace leaves out would be a lie in the diagram: its queue is far longer than the narration's.
            Log.Attach(new JsonLines($"trace {path}", NewFile.Create("trace", path, views.Force), $"{pattern} {role}"), queueEvents: 4_000_000, queueBytes: 512 << 20);
        }
        if (views.Json)
        {
            Log.Attach(new JsonLines("json", _output, $"{pattern} {role}"), queueEvents: 4_000_000, queueBytes: 512 << 20);
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
            try
            {
                _output.Write(System.Text.Encoding.UTF8.GetBytes($"READY {Pattern} {endPoint}\n"));
                _output.Flush();
            }
            catch (BrokenPipeException)
            {
                // A server serves whether or not anybody reads this line.
            }
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
            WriteOut(bytes.Span);
        }
        else
        {
            var text = Printable.Text(bytes.Span, keepLines: true, ascii: _views.Ascii);
            WriteOut(text.EndsWith('\n') ? text : text + "\n");
        }
    }

    /// <summary>
    /// Like <see cref="DataAsync"/> for a part of something longer: on a terminal that shows nothing else, the parts stand together, and
    /// <see cref="EndPieces"/> gives the line feed.
    /// </summary>
    public async Task PieceAsync(ReadOnlyMemory<byte> bytes)
    {
        if (!_views.Quiet || Console.IsOutputRedirected)
        {
            await DataAsync(bytes).ConfigureAwait(false);
            return;
        }
        await Log.FlushAsync().ConfigureAwait(false);
        var text = Printable.Text(bytes.Span, keepLines: true, ascii: _views.Ascii);
        WriteOut(text);
        _inLine = !text.EndsWith('\n');
    }

    /// <summary>Ends the line that the last piece left open on a terminal.</summary>
    public void EndPieces()
    {
        if (_inLine)
        {
            WriteOut("\n");
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

    /// <summary>How long to wait for an answer. Who steps, talks meanwhile: then there is no time-out but one that was asked for.</summary>
    public TimeSpan Patience(ParseResult parsed, Option<double> timeout) =>
        TimeSpan.FromSeconds(_views.Step && parsed.GetResult(timeout) is not { Implicit: false } ? EndPoints.LongestSeconds : parsed.GetValue(timeout));

    /// <summary>Lets the views finish. A trace with something missing looks like a whole one, so that is said.</summary>
    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync().ConfigureAwait(false);
        foreach (var (view, events, fault) in Log.Losses)
        {
            if (view is JsonLines { Name: var name })
            {
                var reason = fault ?? "things happened faster than it could be written";
                Console.Error.WriteLine($"{Ink.ForError.Red("error:")} {Printable.Text($"{name}: {reason}: {events:N0} events are missing")}");
                Console.Error.WriteLine($"{Ink.ForError.Yellow("hint:")} {(fault is null ? "a gap line stands where they are missing" : "is the disk full, or has the pipe's reader gone?")}");
            }
        }
    }

    private void WriteOut(string text) => WriteOut(System.Text.Encoding.UTF8.GetBytes(text));

    private void WriteOut(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _output.Write(bytes);
            _output.Flush();
        }
        catch (BrokenPipeException e)
        {
            // Whoever asked for the data has enough of it (| head -1): the work ends here, in silence, as with Ctrl+C.
            throw new OperationCanceledException(e.Message, e);
        }
    }
}
