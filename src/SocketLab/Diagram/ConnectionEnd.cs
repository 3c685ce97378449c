using SocketLab.Transport.Trace;

namespace SocketLab.Diagram;

/// <summary>One side of one connection: the steps that one role wrote about it, and the other side where that is traced too.</summary>
internal sealed class ConnectionEnd(Lane lane, string? localText, string? peerText)
{
    public Lane Lane { get; } = lane;

    public string? PeerText { get; } = peerText;

    public EndPointName Local { get; } = EndPointName.Parse(localText);

    public EndPointName Peer { get; } = EndPointName.Parse(peerText);

    public List<Step> Steps { get; } = [];

    public ConnectionEnd? Mate { get; set; }

    public Step? First(TraceKind kind) => Steps.Find(step => step.Event.Kind == kind);

    public Step? Last(TraceKind kind) => Steps.FindLast(step => step.Event.Kind == kind);

    /// <summary>The lane on the other side: the mate's, or one that listens there, or one made for a peer without a trace.</summary>
    public Lane OtherLane(Chart chart) => Mate?.Lane ?? Listener(chart, Lane, Peer) ?? chart.Outside(PeerText);

    /// <summary>A traced lane of the same pattern that is bound to an end point.</summary>
    public static Lane? Listener(Chart chart, Lane asker, EndPointName at) => at.Port == 0 ? null : chart.Lanes.Find(lane =>
        lane.Traced && lane != asker && lane.Where is { } where && EndPointName.Parse(where).Fits(at) && Pattern(lane) == Pattern(asker));

    public static List<ConnectionEnd> Of(Chart chart)
    {
        var ends = new Dictionary<(Lane, int, string?), ConnectionEnd>();
        var order = new List<ConnectionEnd>();
        foreach (var step in chart.Lanes.SelectMany(lane => lane.Steps).Where(step => step.Event.Connection > 0))
        {
            var e = step.Event;
            var key = (step.Lane, e.Connection, e.Local is null ? null : e.Peer);
            if (!ends.TryGetValue(key, out var end))
            {
                ends.Add(key, end = new ConnectionEnd(step.Lane, e.Local, e.Peer));
                order.Add(end);
            }
            end.Steps.Add(step);
        }
        return order;
    }

    /// <summary>Finds each end's other side by the tuple. A tuple that was used again is matched in the order of use.</summary>
    public static void Match(List<ConnectionEnd> ends)
    {
        MatchPaths(ends);
        var byPorts = ends.ToLookup(end => (end.Local.Port, end.Peer.Port));
        foreach (var end in ends.Where(end => end.Mate is null && (end.Local.Port, end.Peer.Port) != (0, 0)))
        {
            end.Mate = byPorts[(end.Peer.Port, end.Local.Port)].FirstOrDefault(other =>
                other.Mate is null && other != end && other.Local.Fits(end.Peer) && other.Peer.Fits(end.Local));
            if (end.Mate is { } mate)
            {
                mate.Mate = end;
            }
        }
    }

    /// <summary>A path names both sides alike: with two ends on it they belong together, with more nobody can tell which.</summary>
    private static void MatchPaths(List<ConnectionEnd> ends)
    {
        foreach (var same in ends.Where(end => end.Peer.Port == 0 && end.Peer.Host.Contains("://", StringComparison.Ordinal)).GroupBy(end => end.Peer.Host))
        {
            if (same.ToList() is [var one, var other] && one.Lane != other.Lane)
            {
                (one.Mate, other.Mate) = (other, one);
            }
        }
    }

    private static string Pattern(Lane lane) => lane.Steps is [var first, ..] ? Explain.Layers.Family(first.Event) : "";
}
