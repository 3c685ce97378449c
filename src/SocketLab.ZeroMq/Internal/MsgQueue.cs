namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Frames from one thread to another within the process: the writer fills an array, the reader swaps it for its own empty one. Bounded
/// in messages and bytes; how many wait is the difference of two counters, each written by one side.
/// </summary>
internal sealed class MsgQueue
{
    private SpinGate _gate;
    private Msg[] _incoming = new Msg[16];
    private Msg[] _outgoing = new Msg[16];
    private int _incomingCount, _outgoingCount, _at;
    private long _written, _read, _discarded;
    private long _writtenBytes, _readBytes, _discardedBytes;

    /// <summary>In messages; 0 for none.</summary>
    public long Limit { get; set; }

    public long LimitBytes { get; set; } = long.MaxValue;

    public long Count => Volatile.Read(ref _written) - Volatile.Read(ref _discarded) - Volatile.Read(ref _read);

    public long Written => Volatile.Read(ref _written);

    public bool IsFull => (Limit > 0 && Count >= Limit) || Bytes >= LimitBytes;

    /// <summary>Few enough wait for a writer to be woken.</summary>
    public bool IsHalfEmpty => (Limit <= 0 || Count <= Limit / 2) && Bytes < LimitBytes;

    private long Bytes => Volatile.Read(ref _writtenBytes) - Volatile.Read(ref _discardedBytes) - Volatile.Read(ref _readBytes);

    /// <summary>Writer: adds a whole message and consumes its frames.</summary>
    public void Add(Span<Msg> frames, bool onlyLast)
    {
        _gate.Enter();
        if (onlyLast)
        {
            for (int i = 0; i < _incomingCount; i++)
            {
                _discarded += _incoming[i].HasMore ? 0 : 1;
                _discardedBytes += _incoming[i].Size;
                _incoming[i].Drop();
            }
            _incomingCount = 0;
        }
        if (_incomingCount + frames.Length > _incoming.Length)
        {
            Array.Resize(ref _incoming, Math.Max(_incoming.Length * 2, _incomingCount + frames.Length));
        }
        for (int i = 0; i < frames.Length; i++)
        {
            frames[i].Own();
            ref var slot = ref _incoming[_incomingCount++];
            slot = frames[i];
            slot.SetMore(i < frames.Length - 1);
            _writtenBytes += slot.Size;
            frames[i].InitEmpty();
        }
        Volatile.Write(ref _written, _written + 1);
        _gate.Exit();
    }

    /// <summary>Reader: whether a whole message waits.</summary>
    public bool HasMessage()
    {
        if (_at < _outgoingCount)
        {
            return true;
        }
        _gate.Enter();
        (_incoming, _outgoing) = (_outgoing, _incoming);
        (_outgoingCount, _incomingCount) = (_incomingCount, 0);
        _at = 0;
        _gate.Exit();
        return _outgoingCount > 0;
    }

    public ref Msg Peek() => ref _outgoing[_at];

    /// <summary>Reader: the next frame; there is one.</summary>
    public void Take(ref Msg msg)
    {
        ref var slot = ref _outgoing[_at++];
        msg = slot;
        slot = default;
        Volatile.Write(ref _readBytes, _readBytes + msg.Size);
        if (!msg.HasMore)
        {
            Volatile.Write(ref _read, _read + 1);
        }
    }

    public void Clear()
    {
        var msg = default(Msg);
        while (HasMessage())
        {
            Take(ref msg);
            msg.Drop();
        }
    }
}
