using System.Text;
using SocketLab.Transport.Trace;

namespace SocketLab.Tests.Diagram;

/// <summary>A trace written by hand, as one role would have written it.</summary>
internal sealed class Told(string role, string? local = null, string? peer = null, int connection = 0)
{
    private readonly Dictionary<(TraceKind, string?), long> _moved = [];

    public List<TraceEvent> Events { get; } = [];

    public static implicit operator List<TraceEvent>(Told told) => told.Events;

    /// <summary>The same role on another connection.</summary>
    public Told On(string newPeer, int newConnection)
    {
        (peer, connection) = (newPeer, newConnection);
        return this;
    }

    public Told Does(TraceKind kind, string? note = null, long count = 0)
    {
        var alone = kind is TraceKind.Create or TraceKind.Bind or TraceKind.Listen or TraceKind.Ready or TraceKind.Note;
        Add(new TraceEvent { Kind = kind, Role = role, Local = local, Peer = alone ? null : peer, Connection = alone ? 0 : connection, Note = note, Count = count });
        return this;
    }

    public Told Sends(params string[] frames) => Moves(TraceKind.Send, frames);

    public Told Receives(params string[] frames) => Moves(TraceKind.Receive, frames);

    private Told Moves(TraceKind kind, string[] frames)
    {
        var bodies = frames.Select(Encoding.UTF8.GetBytes).ToList();
        var payload = bodies.SelectMany(body => body).ToArray();
        var stream = role.StartsWith("tcp", StringComparison.Ordinal);
        var before = _moved.GetValueOrDefault((kind, peer));
        _moved[(kind, peer)] = before + (stream ? payload.Length : 1);
        Add(new TraceEvent
        {
            Kind = kind,
            Role = role,
            Local = local,
            Peer = peer,
            Connection = connection,
            Direction = kind == TraceKind.Send ? TraceDirection.Out : TraceDirection.In,
            Offset = stream ? before : -1,
            Ordinal = stream ? 0 : before + 1,
            Bytes = payload.Length,
            Payload = payload,
            Frames = stream || role.StartsWith("udp", StringComparison.Ordinal) ? null : bodies.ConvertAll(body => body.Length),
        });
        return this;
    }

    private void Add(TraceEvent e) => Events.Add(e with { Sequence = Events.Count + 1 });
}
