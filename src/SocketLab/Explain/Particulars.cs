using System.Globalization;
using System.Net;
using SocketLab.Cli;
using SocketLab.Transport.Trace;

namespace SocketLab.Explain;

/// <summary>Puts an event's own addresses and numbers where a text has <c>{local}</c>, <c>{port}</c> or <c>{count}</c>.</summary>
internal static class Particulars
{
    public static string Fill(string text, TraceEvent e)
    {
        for (int open; (open = text.IndexOf('{', StringComparison.Ordinal)) >= 0 && text.IndexOf('}', open) is > 0 and var close;)
        {
            if (Of(text[(open + 1)..close], e) is not { } value)
            {
                break;
            }
            // A value may hold a brace of its own, and is not looked at again.
            return text[..open] + value + Fill(text[(close + 1)..], e);
        }
        return text;
    }

    private static string? Of(string name, TraceEvent e) => name switch
    {
        "local" => e.Local ?? "...",
        "peer" => e.Peer ?? "...",
        "ip" => Parsed(e.Local)?.Address.ToString() ?? "127.0.0.1",
        "port" => Parsed(e.Local)?.Port.ToString(CultureInfo.InvariantCulture) ?? "5677",
        "peerip" => Parsed(e.Peer)?.Address.ToString() ?? "127.0.0.1",
        "peerport" => Parsed(e.Peer)?.Port.ToString(CultureInfo.InvariantCulture) ?? "5677",
        "count" => e.Count.ToString(CultureInfo.InvariantCulture),
        "topic" => Printable.Text(e.Payload.Span, 20, ascii: true),
        "value" => IsOff(e) ? "0" : "1",
        "bool" => IsOff(e) ? "false" : "true",
        "type" => Type(e),
        "class" => Class(Type(e)),
        _ => null,
    };

    private static bool IsOff(TraceEvent e) => e.Note?.EndsWith(" off", StringComparison.Ordinal) == true;

    private static string Type(TraceEvent e) => e.Note?.Split(' ')[0] ?? "REQ";

    private static string Class(string type) => type switch
    {
        "REQ" => "Request",
        "REP" => "Response",
        "PUB" => "Publisher",
        "SUB" => "Subscriber",
        "XPUB" => "XPublisher",
        "XSUB" => "XSubscriber",
        _ => type[..1] + type[1..].ToLowerInvariant(),
    } + "Socket";

    private static IPEndPoint? Parsed(string? text) => IPEndPoint.TryParse(text ?? "", out var at) ? at : null;
}
