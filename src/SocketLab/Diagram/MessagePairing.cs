using SocketLab.Explain;
using SocketLab.Transport.Trace;

namespace SocketLab.Diagram;

/// <summary>
/// ZeroMQ: by connection and message index where the journal names the connection; a pattern class, which only sees its socket, is
/// paired by content: a receive takes the earliest message with its last frame that this receiver has not had yet.
/// </summary>
internal static class MessagePairing
{
    public static void Pair(Chart chart, List<ConnectionEnd> ends, bool wire)
    {
        foreach (var end in ends.Where(end => end.Mate is not null && Layers.Of(end.Steps[0].Event) == Layer.ZeroMq))
        {
            ByIndex(chart, end, end.Mate!);
            if (wire)
            {
                Control(chart, end, end.Mate!);
            }
        }
        foreach (var family in Messages(chart).GroupBy(step => Layers.Family(step.Event)))
        {
            ByContent(chart, [.. family], fansOut: family.Key == "pubsub");
        }
    }

    private static void ByIndex(Chart chart, ConnectionEnd end, ConnectionEnd mate)
    {
        var received = mate.Steps.Where(step => step.Event.Kind == TraceKind.Receive).GroupBy(step => step.Event.Ordinal).ToDictionary(same => same.Key, same => same.ToList());
        foreach (var send in end.Steps.Where(step => step.Event.Kind == TraceKind.Send))
        {
            if (!received.TryGetValue(send.Event.Ordinal, out var takers))
            {
                // A peer that went in order had it in its queue, unread.
                Add(chart, mate.First(TraceKind.Disconnect) is null ? Fate.Lost : Fate.Unread, send, null, end.Lane, mate.Lane);
                continue;
            }
            foreach (var (i, taker) in takers.Index())
            {
                Add(chart, i == 0 ? Fate.Delivered : Fate.Duplicate, send, taker, end.Lane, mate.Lane);
            }
        }
    }

    /// <summary>Greetings, READY and subscriptions: the nth of a kind that one side sent is the nth that the other side noticed.</summary>
    private static void Control(Chart chart, ConnectionEnd end, ConnectionEnd mate)
    {
        foreach (var kind in (ReadOnlySpan<TraceKind>)[TraceKind.Greeting, TraceKind.Handshake, TraceKind.Subscribe, TraceKind.Cancel, TraceKind.Wire])
        {
            var sent = end.Steps.FindAll(step => step.Event.Kind == kind && step.Event.Direction == TraceDirection.Out);
            var noticed = mate.Steps.FindAll(step => step.Event.Kind == kind && step.Event.Direction == TraceDirection.In);
            foreach (var (from, to) in sent.Zip(noticed))
            {
                var e = from.Event;
                chart.Add(new Arrow
                {
                    Kind = ArrowKind.Control,
                    Fate = Fate.Delivered,
                    From = from,
                    To = to,
                    FromLane = end.Lane,
                    ToLane = mate.Lane,
                    Label = Words.Control(e),
                    Payload = e.Payload,
                    Bytes = e.Bytes,
                });
            }
        }
    }

    private static void ByContent(Chart chart, List<Step> messages, bool fansOut)
    {
        var sends = messages.Where(step => step.Event.Kind == TraceKind.Send).GroupBy(Content).ToDictionary(same => same.Key, same => same.ToList());
        var had = new HashSet<(Step Send, Lane Receiver)>();
        var taken = new HashSet<Step>();
        var next = new Dictionary<((long, string), Lane), int>();
        foreach (var receive in messages.Where(step => step.Event.Kind == TraceKind.Receive))
        {
            var content = Content(receive);
            var candidates = sends.GetValueOrDefault(content) ?? [];
            var key = (content, fansOut ? receive.Lane : chart.Lanes[0]);
            var start = next.GetValueOrDefault(key);
            var found = candidates.FindIndex(start, send => send.Lane != receive.Lane && (fansOut ? !had.Contains((send, receive.Lane)) : !taken.Contains(send)));
            var again = found < 0;
            var send = again ? candidates.FindLast(one => one.Lane != receive.Lane) : candidates[found];
            while (!again && start < candidates.Count && (candidates[start] == send || (!fansOut && taken.Contains(candidates[start]))))
            {
                next[key] = ++start;
            }
            if (send is null)
            {
                Add(chart, Fate.Untraced, null, receive, chart.Outside(receive.Event.Peer), receive.Lane);
                continue;
            }
            had.Add((send, receive.Lane));
            taken.Add(send);
            Add(chart, again ? Fate.Duplicate : Fate.Delivered, send, receive, send.Lane, receive.Lane);
        }
        var lanes = messages.Select(step => step.Lane).Distinct().ToList();
        foreach (var send in sends.Values.SelectMany(same => same).Where(send => !taken.Contains(send)))
        {
            var others = lanes.FindAll(lane => lane != send.Lane);
            var to = others.Count > 0 ? others[0] : chart.Outside(send.Event.Peer);
            Add(chart, others.Count > 0 ? Fate.Lost : Fate.Untraced, send, null, send.Lane, to);
        }
    }

    private static List<Step> Messages(Chart chart) => [.. chart.Lanes.SelectMany(lane => lane.Steps).Where(step =>
        step.Event is { Kind: TraceKind.Send or TraceKind.Receive } && Layers.Of(step.Event) == Layer.ZeroMq && step.In.Count == 0 && step.Out.Count == 0)];

    // The envelope grows and shrinks on the way through routers: the last frame stays.
    private static (long, string) Content(Step step)
    {
        var e = step.Event;
        var last = e.Frames is { Count: > 0 } frames ? frames[^1] : (int)e.Bytes;
        var before = (int)Math.Min(e.Payload.Length, e.Bytes - last);
        return (last, Convert.ToHexString(e.Payload.Span[Math.Max(0, before)..]));
    }

    private static void Add(Chart chart, Fate fate, Step? from, Step? to, Lane fromLane, Lane toLane)
    {
        var e = (from ?? to)!.Event;
        chart.Add(new Arrow
        {
            Kind = ArrowKind.Data,
            Fate = fate,
            From = from,
            To = to,
            FromLane = fromLane,
            ToLane = toLane,
            Label = Words.Message(e),
            Payload = e.Payload,
            Bytes = e.Bytes,
        });
    }
}
