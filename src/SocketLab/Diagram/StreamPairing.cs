using SocketLab.Explain;
using SocketLab.Transport.Trace;

namespace SocketLab.Diagram;

/// <summary>TCP: bytes that were sent at an offset are the bytes that were received at that offset, however they were cut into calls.</summary>
internal static class StreamPairing
{
    /// <summary>Draws what went out from this end, and what came in if the other end has no trace.</summary>
    public static void Pair(Chart chart, ConnectionEnd end)
    {
        var layer = Layers.Of(end.Steps[0].Event);
        if (layer != Layer.Tcp && end.Mate is null)
        {
            return;
        }
        var other = end.OtherLane(chart);
        Handshake(chart, end, other);
        if (layer != Layer.Tcp)
        {
            return;
        }
        Bytes(chart, end, other);
        Ends(chart, end, other);
    }

    private static void Handshake(Chart chart, ConnectionEnd end, Lane other)
    {
        if (end.First(TraceKind.Connect) is { } connect)
        {
            var accept = end.Mate?.First(TraceKind.Accept) ?? end.Mate?.First(TraceKind.Limit);
            Add(chart, ArrowKind.Connect, accept is null && other.Traced ? Fate.Unread : accept is null ? Fate.Untraced : Fate.Delivered,
                connect, accept, end.Lane, other, Connecting(end));
        }
        else if (end.Mate is null && end.First(TraceKind.Accept) is { } accepted)
        {
            Add(chart, ArrowKind.Connect, Fate.Untraced, null, accepted, other, end.Lane, Connecting(end));
        }
        if (end.First(TraceKind.Refused) is { } refused)
        {
            Add(chart, ArrowKind.Connect, Fate.Refused, refused, null, end.Lane, other, "connect: SYN");
        }
    }

    /// <summary>Walks both lists once: each overlap of a send's range with a receive's is an arrow, what is left over was not read.</summary>
    private static void Bytes(Chart chart, ConnectionEnd end, Lane other)
    {
        var sends = Moved(end, TraceKind.Send);
        var receives = end.Mate is { } mate ? Moved(mate, TraceKind.Receive) : [];
        var fate = !other.Traced ? Fate.Untraced : WasReset(end) || WasReset(end.Mate) ? Fate.Reset : Fate.Unread;
        var r = 0;
        foreach (var send in sends)
        {
            var (at, stop) = (send.Event.Offset, send.Event.Offset + send.Event.Bytes);
            while (at < stop)
            {
                while (r < receives.Count && receives[r].Event.Offset + receives[r].Event.Bytes <= at)
                {
                    r++;
                }
                var receive = r < receives.Count && receives[r].Event.Offset < stop ? receives[r] : null;
                var from = receive is null ? at : Math.Max(at, receive.Event.Offset);
                if (from > at)
                {
                    AddBytes(chart, send, null, at, from, end.Lane, other, fate);
                }
                var to = receive is null ? stop : Math.Min(stop, receive.Event.Offset + receive.Event.Bytes);
                AddBytes(chart, send, receive, from, to, end.Lane, other, receive is null ? fate : Fate.Delivered);
                at = to;
            }
        }
        if (end.Mate is null)
        {
            foreach (var receive in Moved(end, TraceKind.Receive))
            {
                var e = receive.Event;
                Add(chart, ArrowKind.Data, Fate.Untraced, null, receive, other, end.Lane, Words.Payload(e.Payload.Span, e.Bytes), e.Payload, e.Offset, e.Bytes);
            }
        }
    }

    private static void AddBytes(Chart chart, Step send, Step? receive, long from, long to, Lane lane, Lane other, Fate fate)
    {
        var e = send.Event;
        var payload = Slice(e.Payload, from - e.Offset, to - from);
        var label = to - from == e.Bytes ? Words.Payload(payload.Span, e.Bytes) : Words.Part(payload.Span, to - from, e.Bytes);
        Add(chart, ArrowKind.Data, fate, send, receive, lane, other, label, payload, from, to - from);
    }

    private static void Ends(Chart chart, ConnectionEnd end, Lane other)
    {
        if (end.First(TraceKind.EndOfStream) is { } over)
        {
            var fin = end.Mate?.First(TraceKind.Shutdown) ?? end.Mate?.First(TraceKind.Close);
            Add(chart, ArrowKind.Fin, fin is null ? Fate.Untraced : Fate.Delivered, fin, over, other, end.Lane, "FIN");
        }
        else if (end.Mate is { } mate && end.First(TraceKind.Close) is { } closed && mate.First(TraceKind.EndOfStream) is not null
            && (mate.First(TraceKind.Shutdown) ?? mate.First(TraceKind.Close)) is { } last && !WasReset(end) && !WasReset(mate))
        {
            // Whoever has closed reads nothing more: its kernel takes the FIN, and keeps the pair of addresses in TIME-WAIT.
            Add(chart, ArrowKind.Fin, Fate.Delivered, last, null, mate.Lane, closed.Lane, "FIN: TIME-WAIT there");
        }
        if (end.First(TraceKind.Reset) is { } reset)
        {
            var close = end.Mate?.First(TraceKind.Close);
            Add(chart, ArrowKind.Reset, close is null ? Fate.Untraced : Fate.Delivered, close, reset, other, end.Lane, "RST");
        }
    }

    // A Unix domain socket or a queue in memory has no segments to exchange.
    private static string Connecting(ConnectionEnd end) => end.Peer.Port == 0 ? "connect" : "connect: SYN, SYN+ACK, ACK";

    private static bool WasReset(ConnectionEnd? end) => end is not null
        && (end.First(TraceKind.Reset) ?? end.First(TraceKind.BrokenPipe)
            ?? end.Steps.Find(step => step.Event.Kind == TraceKind.Close && step.Event.Note?.Contains("reset", StringComparison.Ordinal) == true)) is not null;

    private static List<Step> Moved(ConnectionEnd end, TraceKind kind) =>
        end.Steps.FindAll(step => step.Event.Kind == kind && step.Event.Offset >= 0 && step.Event.Bytes > 0);

    private static ReadOnlyMemory<byte> Slice(ReadOnlyMemory<byte> payload, long from, long length) =>
        from >= payload.Length ? default : payload.Slice((int)from, (int)Math.Min(length, payload.Length - from));

    private static void Add(Chart chart, ArrowKind kind, Fate fate, Step? from, Step? to, Lane fromLane, Lane toLane, string label,
        ReadOnlyMemory<byte> payload = default, long offset = -1, long bytes = 0) => chart.Add(new Arrow
        {
            Kind = kind,
            Fate = fate,
            From = from,
            To = to,
            FromLane = fromLane,
            ToLane = toLane,
            Label = label,
            Payload = payload,
            Offset = offset,
            Bytes = bytes,
        });
}
