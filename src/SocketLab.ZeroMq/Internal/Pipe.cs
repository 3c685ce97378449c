namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// One peer as a socket sees it: a queue each way, bounded, whole messages only. The socket's thread calls it; what comes from the
/// other side announces itself by <see cref="Activate"/>.
/// </summary>
internal abstract class Pipe(ZmqSocket owner)
{
    private int _active;
    private long _dropped;

    public ZmqSocket Owner { get; } = owner;

    /// <summary>The name by which a ROUTER addresses this peer.</summary>
    public byte[] RoutingId { get; set; } = [];

    /// <summary>The Identity property of the peer's READY.</summary>
    public byte[] PeerIdentity { get; set; } = [];

    /// <summary>What a publisher's peer has subscribed to.</summary>
    public TopicSet? Topics { get; set; }

    /// <summary>What an XPUB's peer has asked for, where the program decides what becomes of it.</summary>
    public TopicSet? Asked { get; set; }

    /// <summary>A ROUTER's peer with another's identity: what it sends is not heard.</summary>
    public bool IsMuted { get; set; }

    /// <summary>The other side has gone; what came from it can still be received.</summary>
    public bool IsGone { get; set; }

    /// <summary>Messages not queued because the queue was full, or lost with a connection.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Its figures are in those of the peers that have gone.</summary>
    public bool IsCounted { get; set; }

    public abstract bool IsOnline { get; }

    public abstract string RemoteEndpoint { get; }

    /// <summary>Whether a whole message waits to be received.</summary>
    public abstract bool HasMessage();

    /// <summary>First frame of the message at the head; valid until it is read.</summary>
    public abstract ReadOnlySpan<byte> PeekFirst(out bool more);

    /// <summary>Takes the next frame.</summary>
    public abstract void ReadFrame(ref Msg msg);

    /// <summary>Whether <see cref="TryWrite"/> would take a message now.</summary>
    public abstract bool CanWrite();

    /// <summary>As <see cref="CanWrite"/>, but a full queue is written out first if nobody else is at it.</summary>
    public virtual bool MakeRoom() => CanWrite();

    /// <summary>Queues a whole message, whose frames are then consumed; false, and nothing done, when the queue is full.</summary>
    public abstract bool TryWrite(Span<Msg> frames);

    /// <summary>As <see cref="TryWrite"/>, but what is queued is a copy: the frames stay the caller's.</summary>
    public bool TryWriteCopy(Span<Msg> frames)
    {
        var copies = frames.CopyAll();
        if (TryWrite(copies))
        {
            return true;
        }
        copies.AsSpan().DropAll();
        return false;
    }

    /// <summary>Tells the other side of a subscription.</summary>
    public abstract void SendTopic(bool subscribe, ReadOnlySpan<byte> topic);

    /// <summary>From now on <see cref="SendTopic"/> counts; before, all topics are about to be told together.</summary>
    public virtual void BeginTopics()
    {
    }

    public abstract ZmqPeerStatistics Statistics();

    /// <summary>Forgets what waits to be sent; nothing more can be queued.</summary>
    /// <returns>How many messages were lost, which are counted.</returns>
    public abstract long Close();

    public void CountDrop(long messages = 1) => Interlocked.Add(ref _dropped, messages);

    /// <summary>Passes over the rest of the message at the head.</summary>
    public void SkipMessage()
    {
        var msg = default(Msg);
        bool more;
        do
        {
            ReadFrame(ref msg);
            more = msg.HasMore;
            msg.Drop();
        }
        while (more);
    }

    /// <summary>Puts the pipe in its socket's rotation, once; call it after a message was queued.</summary>
    protected void Activate()
    {
        if (Volatile.Read(ref _active) == 0 && Interlocked.Exchange(ref _active, 1) == 0)
        {
            Owner.OnPipeReady(this);
        }
    }

    /// <summary>Takes the pipe out of the rotation; true when nothing came in meanwhile.</summary>
    public bool TryDeactivate()
    {
        Interlocked.Exchange(ref _active, 0);
        return !HasMessage() || Interlocked.Exchange(ref _active, 1) != 0;
    }
}
