using SocketLab.Explain;
using SocketLab.Transport.Trace;

namespace SocketLab.Diagram;

/// <summary>
/// UDP: the datagrams of one flow (from, to) in the order sent against those in the order received. A receive takes the earliest
/// datagram with its bytes that is still free; what nothing took was lost, what came without a free one was a duplicate.
/// </summary>
internal static class DatagramPairing
{
    public static void Pair(Chart chart)
    {
        var datagrams = chart.Lanes.SelectMany(lane => lane.Steps)
            .Where(step => step.Event is { Peer: not null, Kind: TraceKind.Send or TraceKind.Receive } && Layers.Of(step.Event) == Layer.Udp).ToList();
        var sent = FlowsOf(datagrams, TraceKind.Send);
        var received = FlowsOf(datagrams, TraceKind.Receive);
        var taken = new HashSet<Flow>();
        foreach (var flow in sent)
        {
            // The sender's peer is the receiver's own address. To a group: to everybody who got it.
            var mates = received.Where(other => !taken.Contains(other) && other.Local.Fits(flow.Peer) | flow.Peer.IsMulticast && other.Local.Port == flow.Peer.Port
                && other.Peer.Fits(flow.Local) && other.Lane != flow.Lane).Take(flow.Peer.IsMulticast ? int.MaxValue : 1).ToList();
            taken.UnionWith(mates);
            var other = mates.FirstOrDefault()?.Lane ?? ConnectionEnd.Listener(chart, flow.Lane, flow.Peer) ?? chart.Outside(flow.Steps[0].Event.Peer);
            var arrived = new bool[flow.Steps.Count];
            foreach (var mate in mates)
            {
                Align(chart, flow, mate, arrived);
            }
            foreach (var (i, send) in flow.Steps.Index())
            {
                if (!arrived[i])
                {
                    Add(chart, other.Traced ? Fate.Lost : Fate.Untraced, send, null, flow.Lane, other);
                }
            }
        }
        foreach (var step in received.Where(flow => !taken.Contains(flow)).SelectMany(flow => flow.Steps))
        {
            Add(chart, Fate.Untraced, null, step, chart.Outside(step.Event.Peer), step.Lane);
        }
        Unreachables(chart);
    }

    private static void Align(Chart chart, Flow flow, Flow mate, bool[] arrived)
    {
        var free = new bool[flow.Steps.Count];
        Array.Fill(free, true);
        var firstFree = 0;
        foreach (var receive in mate.Steps)
        {
            var i = Find(flow.Steps, firstFree, i => free[i] && Same(flow.Steps[i], receive, cut: false));
            i = i >= 0 ? i : Find(flow.Steps, firstFree, i => free[i] && Same(flow.Steps[i], receive, cut: true));
            var again = i < 0;
            i = again ? flow.Steps.FindLastIndex(send => Same(send, receive, cut: false)) : i;
            if (i < 0)
            {
                Add(chart, Fate.Untraced, null, receive, chart.Outside(receive.Event.Peer), mate.Lane);
                continue;
            }
            arrived[i] = true;
            free[i] = false;
            while (firstFree < free.Length && !free[firstFree])
            {
                firstFree++;
            }
            var cut = flow.Steps[i].Event.Bytes > receive.Event.Bytes;
            Add(chart, again ? Fate.Duplicate : cut ? Fate.Cut : Fate.Delivered, flow.Steps[i], receive, flow.Lane, mate.Lane);
        }
    }

    private static int Find(List<Step> steps, int from, Predicate<int> fits)
    {
        for (var i = from; i < steps.Count; i++)
        {
            if (fits(i))
            {
                return i;
            }
        }
        return -1;
    }

    private static bool Same(Step send, Step receive, bool cut)
    {
        var (sent, got) = (send.Event, receive.Event);
        var common = Math.Min(sent.Payload.Length, got.Payload.Length);
        return (cut ? got.Bytes < sent.Bytes : got.Bytes == sent.Bytes) && sent.Payload.Span[..common].SequenceEqual(got.Payload.Span[..common]);
    }

    /// <summary>ICMP comes from the kernel of the peer's host: no call of the peer's stands behind it.</summary>
    private static void Unreachables(Chart chart)
    {
        foreach (var step in chart.Lanes.SelectMany(lane => lane.Steps).Where(step => step.Event.Kind == TraceKind.Unreachable).ToList())
        {
            var peer = step.Event.Peer ?? step.Lane.Steps.FindLast(one => one.Index < step.Index && one.Event.Peer is not null)?.Event.Peer;
            var lane = ConnectionEnd.Listener(chart, step.Lane, EndPointName.Parse(peer)) ?? chart.Outside(peer);
            chart.Add(new Arrow { Kind = ArrowKind.Reset, Fate = Fate.Untraced, To = step, FromLane = lane, ToLane = step.Lane, Label = "ICMP port unreachable" });
        }
    }

    private static void Add(Chart chart, Fate fate, Step? from, Step? to, Lane fromLane, Lane toLane)
    {
        var e = (from ?? to)!.Event;
        var gone = fate == Fate.Cut ? e.Bytes - to!.Event.Bytes : 0;
        chart.Add(new Arrow
        {
            Kind = ArrowKind.Data,
            Fate = fate,
            From = from,
            To = to,
            FromLane = fromLane,
            ToLane = toLane,
            Label = Words.Payload(e.Payload.Span, e.Bytes) + (gone > 0 ? $", {gone:N0} B of it gone" : ""),
            Payload = e.Payload,
            Bytes = e.Bytes,
        });
    }

    private static List<Flow> FlowsOf(List<Step> steps, TraceKind kind) =>
        [.. steps.Where(step => step.Event.Kind == kind).GroupBy(step => (step.Lane, step.Event.Local, step.Event.Peer))
            .Select(group => new Flow(group.Key.Lane, EndPointName.Parse(group.Key.Local), EndPointName.Parse(group.Key.Peer), [.. group]))];

    private sealed record Flow(Lane Lane, EndPointName Local, EndPointName Peer, List<Step> Steps);
}
