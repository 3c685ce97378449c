using System.Diagnostics;
using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Queueing: whether there is room, what is counted, and who is to write what was queued. The high-water marks are counters.
/// </summary>
internal sealed partial class StreamPipe
{
    public const int CopyLimitBytes = 32 * 1024, FlushBytes = 48 * 1024;
    private const int LeastChunkBytes = 16 * 1024, MostHeartbeatBytes = 64 * 1024;
    private const byte MoreFlag = FrameCodec.More, LongFlag = FrameCodec.Long;
    private SpinGate _gate;
    private List<Segment> _queue = [];
    private readonly List<byte> _control = [];
    private Chunk? _tail;
    // No room in a shared chunk: it is another's to write.
    private int _tailStart, _tailEnd, _tailLimit, _tailMessages;
    private bool IsTailShared => _tail is not null && _tailLimit == 0;
    private int _nextChunkBytes = LeastChunkBytes;
    private long _queuedMessages, _queuedBytes, _sentMessages;
    private bool _scheduled, _blocked, _broken, _closed, _writing, _wasFull, _toldFull, _streaming;
    private int _ownFlushes, _seenFlushes;
    private long _lastFlush;

    private enum Next
    {
        Nothing, Write, Schedule,
    }

    public override bool CanWrite()
    {
        if (IsGone)
        {
            return false;
        }
        _gate.Enter();
        bool full = IsFull();
        _wasFull |= full;
        bool news = full && !_toldFull && (_blocked || _connection is null);
        _toldFull |= news;
        _gate.Exit();
        if (news)
        {
            Owner.ReportFull(this, QueuedMessages);
        }
        return !full;
    }

    public override bool MakeRoom()
    {
        // Only the asking thread adds messages: what is not full now is not full when it does.
        if (!IsGone && !IsFull())
        {
            return true;
        }
        if (!EnterWithRoom())
        {
            return false;
        }
        _gate.Exit();
        return true;
    }

    public bool HasSent => Volatile.Read(ref _sentMessages) > 0;

    public long QueuedMessages => Volatile.Read(ref _queuedMessages);

    public override bool TryWrite(Span<Msg> frames)
    {
        if (!EnterWithRoom())
        {
            return false;
        }
        for (int i = 0; i < frames.Length; i++)
        {
            AppendFrame(ref frames[i], i < frames.Length - 1);
        }
        var next = Queued();
        _gate.Exit();
        frames.ConsumeAll();
        Do(next);
        return true;
    }

    /// <summary>Queues a whole message that stands encoded where a publisher's other pipes find it too.</summary>
    public bool TryWriteRun(PublisherLog.Run wire)
    {
        if (!EnterWithRoom())
        {
            return false;
        }
        AppendRun(wire);
        var next = Queued();
        _gate.Exit();
        Do(next);
        return true;
    }

    /// <summary>
    /// Queues a command; it goes out before the messages that wait. A PING or PONG that a peer does not read is passed over, so that its
    /// own PINGs cost us nothing; a subscription never, which is the program's wish.
    /// </summary>
    public void SendCommand(ReadOnlySpan<byte> wire, bool isHeartbeat)
    {
        _gate.Enter();
        if (_connection is null || (isHeartbeat && _control.Count > MostHeartbeatBytes))
        {
            _gate.Exit();
            return;
        }
        _control.AddRange(wire);
        bool mine = !_writing && !_blocked;
        _writing |= mine;
        _gate.Exit();
        if (mine)
        {
            Pump();
        }
    }

    private bool IsFull()
    {
        int limit = Owner.Options.SendHighWatermark;
        return (limit > 0 && Volatile.Read(ref _queuedMessages) >= limit)
            || Volatile.Read(ref _queuedBytes) >= Owner.Options.SendHighWatermarkBytes;
    }

    /// <summary>Enters the gate if a message may be queued; when the queue is full and nobody writes, this thread writes first.</summary>
    private bool EnterWithRoom()
    {
        if (IsGone)
        {
            return false;
        }
        for (int attempt = 0; ; attempt++)
        {
            _gate.Enter();
            if (_closed)
            {
                _gate.Exit();
                return false;
            }
            if (!IsFull() || Owner.Options.Conflate)
            {
                return true;
            }
            bool mine = attempt == 0 && _connection is not null && !_writing && !_blocked;
            _writing |= mine;
            _ownFlushes += mine ? 1 : 0;
            _wasFull |= !mine;
            bool news = !mine && !_toldFull;
            _toldFull |= news;
            _gate.Exit();
            if (news)
            {
                Owner.ReportFull(this, QueuedMessages);
            }
            if (!mine)
            {
                return false;
            }
            Pump();
        }
    }

    /// <summary>Counts the message just appended, and says what is to be done about it.</summary>
    private Next Queued()
    {
        if (_countedInSegment)
        {
            _countedInSegment = false;
        }
        else
        {
            _tailMessages++;
        }
        _queuedMessages++;
        if (_connection is null || _writing || _blocked)
        {
            return Next.Nothing;
        }
        if (Owner.SendsAtOnce || _queuedBytes >= FlushBytes)
        {
            _ownFlushes++;
            _writing = true;
            return Next.Write;
        }
        if (_scheduled || _streaming)
        {
            return Next.Nothing;
        }
        // An idle pipe is written at once, by this thread. In a burst the reactor is asked, and the bytes gather meanwhile.
        if (Stopwatch.GetTimestamp() - (Owner.IsPublisher ? Owner.LastFlush : _lastFlush) > BurstTicks)
        {
            _writing = true;
            return Next.Write;
        }
        _scheduled = true;
        return Next.Schedule;
    }

    private void Do(Next next)
    {
        if (next == Next.Write)
        {
            Pump();
        }
        else if (next == Next.Schedule)
        {
            Reactor.Shared.Flush(this);
        }
    }

    private void DropQueued()
    {
        CloseTail();
        foreach (var segment in _queue)
        {
            Retire(segment, sent: false);
        }
        _queue.Clear();
    }
}
