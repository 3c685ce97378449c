using System.Runtime.InteropServices;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Frames from one thread to another within the process: the writer fills an array, the reader swaps it for its own empty one. Bounded
/// in messages and bytes; how many wait is the difference of two counters, each written by one side.
/// </summary>
internal sealed class MsgQueue
{
    // A reader that is faster than the writer would take the gate, and the writer's cache lines, for each message: it lets some more
    // come first, for a fraction of a microsecond.
    private const int FewFrames = 32;
    private static readonly int Pause = Environment.ProcessorCount > 1 ? 8 : 0;
    private Msg[] _incoming = new Msg[16];
    private Msg[] _outgoing = new Msg[16];
    private WriterSide _writer;
    private ReaderSide _reader;

    /// <summary>In messages; 0 for none.</summary>
    public long Limit { get; set; }

    public long LimitBytes { get; set; } = long.MaxValue;

    public long Count => Volatile.Read(ref _writer.Messages) - Volatile.Read(ref _writer.DroppedMessages) - Volatile.Read(ref _reader.Messages);

    public long Written => Volatile.Read(ref _writer.Messages);

    public long Read => Volatile.Read(ref _reader.Messages);

    /// <summary>Few enough wait for a writer to be woken.</summary>
    public bool IsHalfEmpty => (Limit <= 0 || Count <= Limit / 2) && Bytes < LimitBytes;

    private long Bytes => Volatile.Read(ref _writer.Bytes) - Volatile.Read(ref _writer.DroppedBytes) - Volatile.Read(ref _reader.Bytes);

    /// <summary>Writer: whether no more may be added.</summary>
    public bool IsFull()
    {
        if (HasRoom())
        {
            return false;
        }
        // What the reader has taken is looked at only now: it changes with each message, and looking moves a cache line from core to core.
        _writer.SeenMessages = Volatile.Read(ref _reader.Messages);
        _writer.SeenBytes = Volatile.Read(ref _reader.Bytes);
        return !HasRoom();
    }

    private bool HasRoom() =>
        (Limit <= 0 || _writer.Messages - _writer.DroppedMessages - _writer.SeenMessages < Limit)
        && _writer.Bytes - _writer.DroppedBytes - _writer.SeenBytes < LimitBytes;

    /// <summary>Writer: adds a whole message and consumes its frames.</summary>
    public void Add(Span<Msg> frames, bool onlyLast)
    {
        _writer.Gate.Enter();
        if (onlyLast)
        {
            for (int i = 0; i < _writer.Frames; i++)
            {
                _writer.DroppedMessages += _incoming[i].HasMore ? 0 : 1;
                _writer.DroppedBytes += _incoming[i].Size;
                _incoming[i].Drop();
            }
            _writer.Frames = 0;
        }
        if (_writer.Frames + frames.Length > _incoming.Length)
        {
            Array.Resize(ref _incoming, Math.Max(_incoming.Length * 2, _writer.Frames + frames.Length));
        }
        for (int i = 0; i < frames.Length; i++)
        {
            frames[i].Own();
            frames[i].SetMore(i < frames.Length - 1);
            _writer.Bytes += frames[i].Size;
            _incoming[_writer.Frames++] = frames[i];
            frames[i].InitEmpty();
        }
        Volatile.Write(ref _writer.Messages, _writer.Messages + 1);
        _writer.Gate.Exit();
    }

    /// <summary>Reader: whether a whole message waits.</summary>
    public bool HasMessage()
    {
        if (_reader.At < _reader.Frames)
        {
            return true;
        }
        if (_reader.Frames is > 0 and < FewFrames && Written != Read && Pause > 0)
        {
            Thread.SpinWait(Pause);
        }
        _writer.Gate.Enter();
        (_incoming, _outgoing) = (_outgoing, _incoming);
        (_reader.Frames, _writer.Frames) = (_writer.Frames, 0);
        _reader.At = 0;
        _writer.Gate.Exit();
        return _reader.Frames > 0;
    }

    public ref Msg Peek() => ref _outgoing[_reader.At];

    /// <summary>Reader: the next frame; there is one.</summary>
    public void Take(ref Msg msg)
    {
        ref var slot = ref _outgoing[_reader.At++];
        msg = slot;
        slot = default;
        Volatile.Write(ref _reader.Bytes, _reader.Bytes + msg.Size);
        if (!msg.HasMore)
        {
            Volatile.Write(ref _reader.Messages, _reader.Messages + 1);
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

    // What each side writes with every message lies on cache lines of its own, or the cores would fight for one.
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct WriterSide
    {
        [FieldOffset(64)] public long Messages;
        [FieldOffset(72)] public long Bytes;
        [FieldOffset(80)] public long DroppedMessages;
        [FieldOffset(88)] public long DroppedBytes;
        [FieldOffset(96)] public long SeenMessages;
        [FieldOffset(104)] public long SeenBytes;
        [FieldOffset(112)] public int Frames;
        [FieldOffset(116)] public SpinGate Gate;
    }

    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct ReaderSide
    {
        [FieldOffset(64)] public long Messages;
        [FieldOffset(72)] public long Bytes;
        [FieldOffset(80)] public int At;
        [FieldOffset(84)] public int Frames;
    }
}
