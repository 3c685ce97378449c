using SocketLab.Transport.Trace;

namespace SocketLab.Diagram;

/// <summary>What became of a message.</summary>
internal enum Fate
{
    /// <summary>A receive took it.</summary>
    Delivered,
    /// <summary>It was sent, its receiver is traced, and no receive took it.</summary>
    Lost,
    /// <summary>A datagram of which only the first bytes fitted the receiver's buffer.</summary>
    Cut,
    /// <summary>It arrived once more.</summary>
    Duplicate,
    /// <summary>The connection was reset before it was read.</summary>
    Reset,
    /// <summary>Nobody listened there.</summary>
    Refused,
    /// <summary>The connection ended in order before it was read, or the trace did.</summary>
    Unread,
    /// <summary>The other side has no trace here: nobody can tell.</summary>
    Untraced,
}

/// <summary>What an arrow stands for.</summary>
internal enum ArrowKind
{
    Data,
    Connect,
    Fin,
    Reset,
    Control,
}

/// <summary>One role of one process, or a peer without a trace.</summary>
internal sealed class Lane(int index, string name, string? where, bool traced)
{
    public int Index { get; } = index;

    public string Name { get; set; } = name;

    /// <summary>The end point it is bound to, where it has one.</summary>
    public string? Where { get; set; } = where;

    public bool Traced { get; } = traced;

    public List<Step> Steps { get; } = [];

    /// <summary>A state with its connection's number, where the lane has more than one.</summary>
    public string StateWords(Step step) => step.Event.Connection > 0 && ManyConnections ? $"#{step.Event.Connection} {step.State}" : step.State ?? "";

    private bool ManyConnections => _many ??= Steps.Where(step => step.Event.Connection > 0).Select(step => step.Event.Connection).Distinct().Skip(1).Any();

    private bool? _many;
}

/// <summary>One event on its lane.</summary>
internal sealed class Step(Lane lane, int index, TraceEvent e)
{
    public Lane Lane { get; } = lane;

    /// <summary>Its place on the lane, from 0.</summary>
    public int Index { get; } = index;

    public TraceEvent Event { get; } = e;

    /// <summary>The socket's state from here on, where it changed.</summary>
    public string? State { get; set; }

    /// <summary>Its place in the causal order of all lanes, from 0.</summary>
    public int Position { get; set; } = -1;

    /// <summary>The row that it is drawn in.</summary>
    public int Row { get; set; } = -1;

    public List<Arrow> In { get; } = [];

    public List<Arrow> Out { get; } = [];
}

/// <summary>A message, or the part of one that a single receive took; or a handshake, an end, a reset.</summary>
internal sealed class Arrow
{
    public required ArrowKind Kind { get; init; }

    public required Fate Fate { get; init; }

    /// <summary>Null: the sender has no trace.</summary>
    public Step? From { get; init; }

    /// <summary>Null: it did not arrive, or the receiver has no trace.</summary>
    public Step? To { get; init; }

    public required Lane FromLane { get; init; }

    public required Lane ToLane { get; init; }

    public required string Label { get; init; }

    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Its first byte's place in the stream; -1: not a stream.</summary>
    public long Offset { get; init; } = -1;

    public long Bytes { get; init; }

    /// <summary>What joins a send to a receive drawn elsewhere in text; 0: they are drawn together.</summary>
    public int Tag { get; set; }
}

/// <summary>All lanes, their steps in causal order, the arrows between them, and the rows to draw.</summary>
internal sealed class Chart
{
    public string Title { get; set; } = "";

    public List<Lane> Lanes { get; } = [];

    public List<Arrow> Arrows { get; } = [];

    public List<Step> Order { get; set; } = [];

    public List<Row> Rows { get; set; } = [];

    public void Add(Arrow arrow)
    {
        Arrows.Add(arrow);
        arrow.From?.Out.Add(arrow);
        arrow.To?.In.Add(arrow);
    }

    /// <summary>The lane for a peer without a trace, made when it is first needed.</summary>
    public Lane Outside(string? peer)
    {
        var name = peer ?? "?";
        if (Lanes.FirstOrDefault(lane => !lane.Traced && lane.Name == name) is not { } lane)
        {
            // Beyond a few, the untraced peers share a lane: a server's own trace may name thousands.
            const int Most = 6;
            if (Lanes.Count(one => !one.Traced) >= Most)
            {
                return Lanes.Last(one => !one.Traced) is { Name: Others } others ? others : AddOutside(Others);
            }
            lane = AddOutside(name);
        }
        return lane;
    }

    private const string Others = "other peers";

    private Lane AddOutside(string name)
    {
        var lane = new Lane(Lanes.Count, name, "no trace", traced: false);
        Lanes.Add(lane);
        return lane;
    }
}

/// <summary>A line of the drawing: one step, a send with its receive, or a fold.</summary>
internal sealed record Row(IReadOnlyList<Step> Steps, Fold? Fold = null)
{
    /// <summary>The arrow, when the row is a send and its receive in one.</summary>
    public Arrow? Joined => Fold is null && Steps.Count == 2 ? Steps[0].Out.First(arrow => arrow.To == Steps[1]) : null;
}

/// <summary>Rows that are not drawn one by one, and what was in them.</summary>
internal sealed record Fold(string Words, int Events);
