using SocketLab.ZeroMq.Internal;
using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Transports;

/// <summary>One end of a connection within the process: it reads one queue and writes the other. Nothing is encoded, nothing copied.</summary>
internal sealed class InprocPipe(ZmqSocket owner, string endpoint, MsgQueue incoming, MsgQueue outgoing) : Pipe(owner)
{
    private InprocPipe? _other;
    private volatile bool _writerWaits, _tellsTopics;

    /// <summary>Its number among all connections of this process.</summary>
    public long Id { get; } = Connection.NextId();

    public InprocPipe? Other
    {
        get => Volatile.Read(ref _other);
        set => Volatile.Write(ref _other, value);
    }

    public override bool IsOnline => Other is not null && !IsGone;

    public override string RemoteEndpoint { get; } = endpoint;

    /// <summary>The other side has come: what was queued before it announces itself.</summary>
    public void Join(InprocPipe other)
    {
        Other = other;
        // With the barrier in TryWrite: either it sees the other side, or this sees what it wrote.
        Interlocked.MemoryBarrier();
        if (outgoing.Count > 0)
        {
            other.Activate();
        }
    }

    public override bool HasMessage() => incoming.HasMessage();

    public override ReadOnlySpan<byte> PeekFirst(out bool more)
    {
        ref var msg = ref incoming.Peek();
        more = msg.HasMore;
        return msg.Span;
    }

    public override void ReadFrame(ref Msg msg)
    {
        incoming.Take(ref msg);
        if (!msg.HasMore)
        {
            if (Other is { _writerWaits: true } other && incoming.IsHalfEmpty)
            {
                other._writerWaits = false;
                other.Owner.OnPipeWritable();
            }
        }
    }

    public override bool CanWrite()
    {
        if (IsGone)
        {
            return false;
        }
        if (!outgoing.IsFull())
        {
            return true;
        }
        if (!_writerWaits)
        {
            _writerWaits = true;
            // The reader looks at the flag after every message, and pays for no barrier of its own.
            Interlocked.MemoryBarrierProcessWide();
            if (outgoing.IsFull())
            {
                Owner.ReportFull(this, outgoing.Count);
            }
        }
        return !outgoing.IsFull();
    }

    public override bool TryWrite(Span<Msg> frames)
    {
        if (IsGone || (!Owner.Options.Conflate && !CanWrite()))
        {
            return false;
        }
        var other = Other;
        if (other is not null && other.Owner.IsPublisher)
        {
            PassToPublisher(other, frames);
            return true;
        }
        outgoing.Add(frames, Owner.Options.Conflate || other?.Owner.Options.Conflate == true);
        if (other is null)
        {
            Interlocked.MemoryBarrier();
            other = Other;
        }
        other?.Activate();
        return true;
    }

    public override void BeginTopics() => _tellsTopics = true;

    public override void SendTopic(bool subscribe, ReadOnlySpan<byte> topic)
    {
        if (_tellsTopics && Other is { } other)
        {
            other.Owner.OnTopic(other, subscribe, topic);
        }
    }

    public override ZmqPeerStatistics Statistics() =>
        new(RemoteEndpoint, outgoing.Count, outgoing.Written - outgoing.Count, incoming.Read, Dropped, IsOnline);

    public override long Close()
    {
        IsGone = true;
        var other = Other;
        Other = null;
        if (other is null)
        {
            return 0;
        }
        // What was written can still be read, unless the reader itself is closing.
        long lost = other.Owner.IsDisposed ? outgoing.Count : 0;
        CountDrop(lost);
        other.Owner.Detach(other);
        return lost;
    }

    /// <summary>To a publisher, messages are subscriptions (RFC 29); it takes them at once.</summary>
    private static void PassToPublisher(InprocPipe other, Span<Msg> frames)
    {
        using var wire = new MemoryStream();
        Span<byte> header = stackalloc byte[9];
        for (int i = 0; i < frames.Length; i++)
        {
            wire.Write(header[..FrameCodec.WriteHeader(header, frames[i].Size, i < frames.Length - 1)]);
            wire.Write(frames[i].Span);
            frames[i].Consume();
        }
        other.Owner.TakesMessageOnArrival(other, wire.GetBuffer().AsSpan(0, (int)wire.Length));
    }
}
