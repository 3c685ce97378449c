using System.Globalization;
using SocketLab.Cli;
using SocketLab.Transport.Trace;

namespace SocketLab.Diagram;

/// <summary>The diagram's words: short, and with everything that came from a wire or a file made harmless.</summary>
internal static class Words
{
    private const int PayloadChars = 32;

    public static string Payload(ReadOnlySpan<byte> payload, long bytes) => $"{Quoted(payload, bytes)}{Size(bytes)}";

    /// <summary>A part of a send: <c>"Hello" 5 of 11 B</c>.</summary>
    public static string Part(ReadOnlySpan<byte> payload, long bytes, long of) =>
        string.Create(CultureInfo.InvariantCulture, $"{Quoted(payload, bytes)}{bytes:N0} of {of:N0} B");

    /// <summary>A ZeroMQ message, frame by frame: <c>"1" | "" | "hello"</c>.</summary>
    public static string Message(TraceEvent e)
    {
        if (e.Frames is not { Count: > 1 } frames)
        {
            return Payload(e.Payload.Span, e.Bytes);
        }
        var rest = e.Payload.Span;
        var bodies = new List<string>();
        foreach (var size in frames)
        {
            var body = rest[..Math.Clamp(size, 0, rest.Length)];
            rest = rest[body.Length..];
            bodies.Add($"\"{Printable.Text(body, PayloadChars / 2)}\"");
        }
        return string.Join(" | ", bodies);
    }

    public static string Control(TraceEvent e) => e.Kind switch
    {
        TraceKind.Greeting => "greeting",
        TraceKind.Handshake => "READY",
        TraceKind.Subscribe => $"subscribe \"{Printable.Text(e.Payload.Span, PayloadChars)}\"",
        TraceKind.Cancel => $"cancel \"{Printable.Text(e.Payload.Span, PayloadChars)}\"",
        TraceKind.Wire when e.Payload.Span is [var flags, ..] wire && wire.Length >= HeaderBytes(flags) => Frame(flags, wire[HeaderBytes(flags)..], e.Bytes),
        _ => $"{Printable.Text(e.Note ?? TraceJson.Name(e.Kind), PayloadChars)} {Payload(e.Payload.Span, e.Bytes)}",
    };

    private static int HeaderBytes(byte flags) => (flags & 2) != 0 ? 9 : 2;

    /// <summary>A frame as it stood on the wire (RFC 37): a command by its name, with its topic where that is all there is.</summary>
    private static string Frame(byte flags, ReadOnlySpan<byte> body, long bytes)
    {
        if ((flags & 4) == 0 || body.IsEmpty || body.Length <= body[0])
        {
            return $"frame \"{Printable.Text(body, PayloadChars)}\"{((flags & 1) != 0 ? " MORE" : "")} {Size(bytes)}";
        }
        var name = Printable.Text(body[1..(1 + body[0])], PayloadChars);
        return name is "SUBSCRIBE" or "CANCEL" ? $"{name} \"{Printable.Text(body[(1 + body[0])..], PayloadChars)}\" {Size(bytes)}" : $"{name} {Size(bytes)}";
    }

    /// <summary>A step that is no arrow's end, or whose arrows are drawn elsewhere.</summary>
    public static string Step(TraceEvent e)
    {
        var verb = e.Kind switch { TraceKind.Create => "socket", TraceKind.EndOfStream => "end of stream", _ => TraceJson.Name(e.Kind).Replace('-', ' ') };
        var who = e.Connection > 0 ? $" #{e.Connection}" : "";
        var what = e.Kind switch
        {
            TraceKind.Send or TraceKind.Receive => " " + Message(e),
            TraceKind.Bind or TraceKind.Listen or TraceKind.Ready => e.Local is null ? "" : " " + e.Local,
            TraceKind.Subscribe or TraceKind.Cancel => $" \"{Printable.Text(e.Payload.Span, PayloadChars)}\"",
            TraceKind.Note or TraceKind.Gap => "",
            _ => e.Error is null ? "" : " " + e.Error,
        };
        var note = e.Note is null || e.Kind is TraceKind.Send or TraceKind.Receive ? "" : e.Kind is TraceKind.Note or TraceKind.Gap ? e.Note : " (" + e.Note + ")";
        return e.Kind is TraceKind.Note or TraceKind.Gap ? Printable.Text(note) : Harmless(verb + who + what + note);
    }

    /// <summary>What a fate adds to an arrow's label.</summary>
    public static string Suffix(Fate fate) => fate switch
    {
        Fate.Lost => "LOST",
        Fate.Cut => "CUT",
        Fate.Duplicate => "DUPLICATE",
        Fate.Reset => "gone with the RST",
        Fate.Refused => "REFUSED (RST)",
        Fate.Unread => "never read",
        _ => "",
    };

    public static string Full(Arrow arrow) => Suffix(arrow.Fate) is { Length: > 0 } suffix ? $"{arrow.Label} {suffix}" : arrow.Label;

    public static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} B");

    // Payloads are escaped already; what else stands in a trace file is escaped here, but for the quotes that are ours.
    private static string Harmless(string text) => Printable.Text(System.Text.Encoding.UTF8.GetBytes(text), keepLines: true).ReplaceLineEndings(" ").Replace('\t', ' ');

    private static string Quoted(ReadOnlySpan<byte> payload, long bytes) =>
        payload.IsEmpty && bytes > 0 ? "" : $"\"{Printable.Text(payload, PayloadChars)}{(bytes > payload.Length && payload.Length < PayloadChars ? "…" : "")}\" ";
}
