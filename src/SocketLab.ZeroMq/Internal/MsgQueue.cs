namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Frames from one thread to another within the process: the writer fills an array, the reader swaps it for its own empty one. Bounded
/// in messages; how many wait is the difference of two counters, each written by one side.
/// </summary>
internal sealed class MsgQueue
{
    private SpinGate _gate;
    private Msg[] _incoming = new Msg[16];
    private Msg[] _outgoing = new Msg[16];
    private int _incomingCount, _outgoingCount, _at;
    private long _written, _read;

    public long Limit { get; set; }

    public long Count => Volatile.Read(ref _written) - Volatile.Read(ref _read);

    public long Written => Volatile.Read(ref _written);

    public bool IsFull => Limit > 0 && Count >= Limit;

    /// <summary>Writer: adds a whole message and consumes its frames.</summary>
    public void Add(Span<Msg> frames, bool onlyLast)
    {
        _gate.Enter();
        if (onlyLast)
        {
            for (int i = 0; i < _incomingCount; i++)
            {
                _read += _incoming[i].HasMore ? 0 : 1;
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
