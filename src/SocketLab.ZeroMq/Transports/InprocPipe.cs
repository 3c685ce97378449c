using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq.Transports;

/// <summary>One end of a connection within the process: it reads one queue and writes the other. Nothing is encoded, nothing copied.</summary>
internal sealed class InprocPipe(ZmqSocket owner, string endpoint, MsgQueue incoming, MsgQueue outgoing) : Pipe(owner)
{
    private InprocPipe? _other;
    private volatile bool _writerWaits;
    private long _received;

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
            _received++;
            if (Other is { _writerWaits: true } other && incoming.Count <= incoming.Limit / 2)
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
        if (!outgoing.IsFull)
        {
            return true;
        }
        _writerWaits = true;
        Interlocked.MemoryBarrier();
        return !outgoing.IsFull;
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
        other?.Activate();
        return true;
    }

    public override void SendTopic(bool subscribe, ReadOnlySpan<byte> topic)
    {
        if (Other is { } other)
        {
            other.Owner.OnTopic(other, subscribe, topic);
        }
    }

    public override ZmqPeerStatistics Statistics() =>
        new(RemoteEndpoint, outgoing.Count, outgoing.Written - outgoing.Count, _received, Dropped, IsOnline);

    public override void Close()
    {
        IsGone = true;
        var other = Other;
        Other = null;
        if (other is not null)
        {
            other.Owner.Detach(other);
        }
    }

    /// <summary>To a publisher, messages are subscriptions (RFC 29); it takes them at once.</summary>
    private static void PassToPublisher(InprocPipe other, Span<Msg> frames)
    {
        using var wire = new MemoryStream();
        Span<byte> header = stackalloc byte[9];
        for (int i = 0; i < frames.Length; i++)
        {
            wire.Write(header[..StreamPipe.EncodeHeader(header, frames[i].Size, i < frames.Length - 1)]);
            wire.Write(frames[i].Span);
            frames[i].Consume();
        }
        other.Owner.TakesMessageOnArrival(other, wire.GetBuffer().AsSpan(0, (int)wire.Length));
    }
}
