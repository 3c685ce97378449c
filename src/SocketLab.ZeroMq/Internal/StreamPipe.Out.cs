using System.Diagnostics;
using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Queueing: what is counted, and who is to write what was queued.
/// </summary>
internal sealed partial class StreamPipe
{
    public const int CopyLimitBytes = 32 * 1024, FlushBytes = 48 * 1024;
    private const int LeastChunkBytes = 16 * 1024;
    private SpinGate _gate;
    private List<Segment> _queue = [];
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
