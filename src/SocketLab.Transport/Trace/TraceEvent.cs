namespace SocketLab.Transport.Trace;

/// <summary>Which way bytes went, seen from the role that wrote the event.</summary>
public enum TraceDirection
{
    /// <summary>No bytes moved.</summary>
    None,
    /// <summary>From the peer to this role.</summary>
    In,
    /// <summary>From this role to the peer.</summary>
    Out,
}

/// <summary>
/// One entry of the journal: one thing that happened on one socket. Flat on purpose, since it is also one JSON line
/// (schema version <see cref="SchemaVersion"/>, described in <c>SCHEMA.md</c> beside this file). What is not known or does not
/// apply has its default value and is left out of the line.
/// </summary>
public sealed record TraceEvent
{
    /// <summary>The version that stands in each file's first line. It changes only when an existing field changes its meaning.</summary>
    public const int SchemaVersion = 1;

    /// <summary>1, 2, 3 … in the order in which this process wrote.</summary>
    public long Sequence { get; init; }

    /// <summary>Microseconds since the journal began, from a monotonic clock: only to be compared within one process.</summary>
    public long ElapsedUs { get; init; }

    /// <summary>Wall-clock time, UTC. Two machines' clocks differ: never order two processes by it.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Who wrote, as on the command line: <c>tcp-echo server</c>.</summary>
    public string Role { get; init; } = "";

    /// <summary>What happened.</summary>
    public required TraceKind Kind { get; init; }

    /// <summary>This side's end point, <c>127.0.0.1:5677</c>, <c>[::1]:5677</c> or <c>ipc:///path</c>.</summary>
    public string? Local { get; init; }

    /// <summary>The other side's end point, in the same forms.</summary>
    public string? Peer { get; init; }

    /// <summary>The connection's number within this process, from 1; 0: none (a datagram socket, a listener).</summary>
    public int Connection { get; init; }

    /// <summary>Which way bytes went.</summary>
    public TraceDirection Direction { get; init; }

    /// <summary>Streams: how many bytes went before this one in this direction on this connection; -1: not a stream.</summary>
    public long Offset { get; init; } = -1;

    /// <summary>
    /// Datagrams: which one it is, from 1, in this direction between these two end points. ZeroMQ: which message it is on this
    /// connection (or, where the connection is not known, on this socket) in this direction. 0: does not apply.
    /// </summary>
    public long Ordinal { get; init; }

    /// <summary>Bytes that this call moved (for a ZeroMQ message: of all frames).</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes cut off, messages dropped, events left out, the backlog, the attempt: as the kind says.</summary>
    public long Count { get; init; }

    /// <summary>The sizes of a ZeroMQ message's frames, whose bodies stand one after another in the payload.</summary>
    public IReadOnlyList<int>? Frames { get; init; }

    /// <summary>The bytes that moved, or as many of them as the views asked for: shorter than <see cref="Bytes"/> then.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The error's name as .NET has it (<c>ConnectionRefused</c>).</summary>
    public string? Error { get; init; }

    /// <summary>One plain sentence for the reader, with no full stop.</summary>
    public string? Note { get; init; }
}
