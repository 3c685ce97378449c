using System.Buffers;
using System.Buffers.Binary;
using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Patterns;

/// <summary>Frames: gathered into messages, and as they stand on the wire.</summary>
internal sealed partial class WireObserver
{
    private readonly Dictionary<(long Connection, TraceDirection Direction), Partial> _partial = [];

#if !NETMQ
    /// <summary>Frames are gathered until the last one of a message: the journal has one event a message.</summary>
    private void Frame(TraceEvent e, in ZmqEvent what, TraceDirection direction)
    {
        if (wire)
        {
            Wire(e, direction, what.Bytes, what.WireFlags);
        }
        Partial message;
        lock (_gate)
        {
            var key = (what.ConnectionId, direction);
            message = _partial.TryGetValue(key, out var begun) ? begun : _partial[key] = new Partial();
            message.Add(what.Bytes);
            if ((what.WireFlags & More) != 0)
            {
                return;
            }
            _partial.Remove(key);
        }
        log.Write(e with
        {
            Kind = direction == TraceDirection.In ? TraceKind.Receive : TraceKind.Send,
            Direction = direction,
            Ordinal = what.MessageIndex + 1,
            Bytes = message.Bodies.WrittenCount,
            Frames = message.Sizes,
            Count = what.Count,
            Note = what.Count > 0 ? $"{what.Count:N0} more queued" : null,
        }, message.Bodies.WrittenSpan);
    }

    private void Wire(TraceEvent e, TraceDirection direction, ReadOnlySpan<byte> bytes, int flags = -1)
    {
        if (flags < 0)
        {
            Write(TraceKind.Greeting, "signature, version, mechanism", bytes);
            return;
        }
        // RFC 37, framing: flags(1) · length(1, or 8 big-endian when LONG) · body.
        var isLong = (flags & 2) != 0;
        var frame = new byte[(isLong ? 9 : 2) + bytes.Length];
        frame[0] = (byte)flags;
        if (isLong)
        {
            BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(1), bytes.Length);
        }
        else
        {
            frame[1] = (byte)bytes.Length;
        }
        bytes.CopyTo(frame.AsSpan(isLong ? 9 : 2));
        Write(TraceKind.Wire, $"flags {flags:x2}{((flags & 1) != 0 ? " MORE" : "")}{(isLong ? " LONG" : "")}{((flags & 4) != 0 ? " COMMAND" : "")}", frame);

        void Write(TraceKind kind, string note, ReadOnlySpan<byte> all) =>
            log.Write(e with { Kind = kind, Direction = direction, Bytes = all.Length, Note = note }, all);
    }
#endif

    private sealed class Partial
    {
        public List<int> Sizes { get; } = [];

        public ArrayBufferWriter<byte> Bodies { get; } = new();

        public void Add(ReadOnlySpan<byte> body)
        {
            Sizes.Add(body.Length);
            Bodies.Write(body);
        }
    }
}
