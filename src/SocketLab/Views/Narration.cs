using System.Diagnostics;
using System.Globalization;
using SocketLab.Cli;
using SocketLab.Transport.Trace;

namespace SocketLab.Views;

/// <summary>
/// The default view: a line an event on standard error. When more sends and receives come than anybody can read, it shows the
/// first ones of each second and counts the rest: <c>… 18,204 more reads, 1.1 GiB, in the last second</c>.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="ink">Its colours.</param>
/// <param name="hex">Payloads as bytes.</param>
/// <param name="ascii">Only ASCII.</param>
/// <param name="everyAttempt">Show each of the attempts to connect that are all alike: for who steps through them.</param>
/// <param name="columns">Where to break lines; 0: at the terminal's width, and nowhere in a file.</param>
internal sealed class Narration(TextWriter output, Ink ink, bool hex, bool ascii, bool everyAttempt = false, int columns = 0) : ITraceView, IDisposable
{
    private const int LinesASecond = 40;
    private const int FullLinesASecond = 3;
    private const int TextChars = 60;
    private const int HexBytes = 4096;
    private const int WordsColumn = 22;
    private const int NarrowestColumns = 60;

    private readonly Tally[] _tallies = [.. Enum.GetValues<TraceKind>().Select(kind => new Tally(kind))];
    private readonly Attempts _attempts = new();
    private readonly FanOut _fanOut = new();
    private long _second = Stopwatch.GetTimestamp();

    public int PayloadBytes => hex ? HexBytes : 4 * TextChars;

    public void See(TraceEvent e) => TryShow(e);

    /// <summary>Writes the event's line; false: it says nothing new, or there were too many this second and it is only counted.</summary>
    public bool TryShow(TraceEvent e)
    {
        TurnSecond();
        if (!everyAttempt)
        {
            if (_attempts.ToShow(e) is not { } news)
            {
                return false;
            }
            e = news;
        }
        var shown = _tallies[(int)(IsUsual(e.Kind) ? TraceKind.Send : e.Kind)];
        if (shown.Lines >= Room(e.Kind) || _fanOut.IsOneMore(e))
        {
            _tallies[(int)e.Kind].Add(e);
            return false;
        }
        shown.Lines++;
        output.WriteLine(Columns is >= NarrowestColumns and var width ? Cells.Fold(Line(e), width, WordsColumn) : Line(e));
        if (hex && !e.Payload.IsEmpty)
        {
            output.Write(ink.Dim(HexDump.Rows(e.Payload.Span, Math.Max(0, e.Offset), 11)));
            if (e.Bytes > e.Payload.Length)
            {
                output.WriteLine(ink.Dim(string.Create(CultureInfo.InvariantCulture, $"{"",11}{Dots} {e.Bytes - e.Payload.Length:N0} more bytes")));
            }
        }
        return true;
    }

    /// <summary>After how many lines in a second an event is only counted. Each kind but the usual ones has room of its own: no flood hides another.</summary>
    private static int Room(TraceKind kind) => kind switch
    {
        TraceKind.Gap or TraceKind.Ready or TraceKind.Note or TraceKind.Waiting => int.MaxValue,
        TraceKind.QueueFull => FullLinesASecond,
        _ => LinesASecond,
    };

    private static bool IsUsual(TraceKind kind) =>
        kind is TraceKind.Send or TraceKind.Receive or TraceKind.Connect or TraceKind.Accept or TraceKind.EndOfStream or TraceKind.Close;

    public void Flush()
    {
        TurnSecond();
        output.Flush();
    }

    /// <summary>Says what is still only counted: before the program's last words.</summary>
    public void Dispose()
    {
        ShowTallies();
        output.Flush();
    }

    private int Columns => columns > 0 || !ReferenceEquals(output, Console.Error) || Console.IsErrorRedirected ? columns : Console.WindowWidth;

    private string Dots => ascii ? "..." : "…";

    private void TurnSecond()
    {
        if (Stopwatch.GetElapsedTime(_second) >= TimeSpan.FromSeconds(1))
        {
            ShowTallies();
            _second = Stopwatch.GetTimestamp();
        }
    }

    private void ShowTallies()
    {
        foreach (var tally in _tallies)
        {
            if (tally.Take() is { } said)
            {
                output.WriteLine(ink.Dim($"{"",11}{Dots} {said}, in the last second"));
            }
        }
    }

    private string Line(TraceEvent e)
    {
        var time = ink.Dim(string.Create(CultureInfo.InvariantCulture, $"{e.ElapsedUs / 1e6,9:0.000}"));
        var who = e.Connection > 0 ? $"#{e.Connection} " : "";
        return $"{time}  {Paint(e.Kind, Verb(e.Kind).PadRight(10))} {who}{Words(e)}".TrimEnd();
    }

    private static string Verb(TraceKind kind) => kind switch
    {
        TraceKind.Create => "socket",
        TraceKind.Receive => "recv",
        TraceKind.EndOfStream => "eof",
        TraceKind.QueueFull => "full",
        TraceKind.BrokenPipe => "pipe",
        TraceKind.Unreachable => "icmp",
        _ => TraceJson.Name(kind),
    };

    private string Paint(TraceKind kind, string verb) => kind switch
    {
        TraceKind.Send => ink.Cyan(verb),
        TraceKind.Receive => ink.Green(verb),
        TraceKind.Cut or TraceKind.Limit or TraceKind.Ignored or TraceKind.Timeout or TraceKind.Drop or TraceKind.QueueFull or TraceKind.Gap
            or TraceKind.Waiting or TraceKind.Retry => ink.Yellow(verb),
        TraceKind.Reset or TraceKind.Refused or TraceKind.BrokenPipe or TraceKind.Unreachable or TraceKind.Error => ink.Red(verb),
        TraceKind.Subscribe or TraceKind.Cancel or TraceKind.Handshake or TraceKind.Greeting or TraceKind.Wire => ink.Magenta(verb),
        _ => ink.Bold(verb),
    };

    private string Words(TraceEvent e)
    {
        var words = new List<string>();
        if (e.Direction != TraceDirection.None)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"{e.Bytes:N0} byte{(e.Bytes == 1 ? "" : "s")}"));
            if (e.Peer is { } peer)
            {
                words.Add((e.Direction == TraceDirection.In ? "from " : "to ") + peer);
            }
            if (!hex && !e.Payload.IsEmpty)
            {
                words.Add(Bodies(e));
            }
        }
        else
        {
            words.Add(e.Kind is TraceKind.Connect or TraceKind.Accept or TraceKind.Refused or TraceKind.Unreachable or TraceKind.Cut
                or TraceKind.Ignored or TraceKind.Limit or TraceKind.Timeout ? e.Peer ?? e.Local ?? "" : e.Connection > 0 ? "" : e.Local ?? e.Peer ?? "");
            if (!e.Payload.IsEmpty && !hex)
            {
                words.Add(Bodies(e));
            }
        }
        if (e.Note is { } said)
        {
            // A note may quote a peer: a topic, a worker's name.
            var note = Printable.Line(said, ascii);
            words.Add(words.Any(word => word.Length > 0) ? ink.Dim(ascii ? "- " + note : "— " + note) : note);
        }
        return string.Join("  ", words.Where(word => word.Length > 0));
    }

    /// <summary>The payload as text; a ZeroMQ message frame by frame, since an empty frame is one too.</summary>
    private string Bodies(TraceEvent e)
    {
        var bytes = e.Payload.Span;
        if (e.Frames is not { Count: > 1 } frames)
        {
            return Quoted(bytes);
        }
        var bodies = new List<string>();
        foreach (var size in frames)
        {
            var body = bytes[..Math.Min(size, bytes.Length)];
            bytes = bytes[body.Length..];
            bodies.Add(Quoted(body));
        }
        return string.Join(" | ", bodies);
    }

    private string Quoted(ReadOnlySpan<byte> bytes) => $"\"{Printable.Text(bytes, TextChars, ascii: ascii)}\"";

    /// <summary>One kind's second: lines shown, and events that were only counted.</summary>
    private sealed class Tally(TraceKind kind)
    {
        private long _events;
        private long _bytes;

        public int Lines { get; set; }

        public void Add(TraceEvent e) => (_events, _bytes) = (_events + 1, _bytes + e.Bytes);

        public string? Take()
        {
            var (events, bytes) = (_events, _bytes);
            (_events, _bytes, Lines) = (0, 0, 0);
            return events == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{events:N0} more {What(events)}{(bytes > 0 ? ", " + Sizes.Text(bytes) : "")}");
        }

        private string What(long events) => kind switch
        {
            TraceKind.Send => "send",
            TraceKind.Receive => "read",
            _ => $"{Verb(kind)} event",
        } + (events == 1 ? "" : "s");
    }
}
