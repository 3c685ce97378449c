using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq.Sockets;

/// <summary>
/// PUB (RFC 29): sends each message to every subscriber with a matching topic, and never waits. What is published before a subscription has
/// arrived is gone for that subscriber, and so is what does not fit into its queue (see <see cref="ZmqSocket.Peers"/>).
/// </summary>
public class PublisherSocket : ZmqSocket
{
    private readonly Distributor _out;

    /// <summary>A PUB socket; <paramref name="connectionString"/> binds unless its addresses say <c>&gt;</c>.</summary>
    public PublisherSocket(string? connectionString = null) : base(ZmqSocketType.Pub)
    {
        _out = new Distributor(this);
        Open(connectionString, Attach);
    }

    internal override bool IsPublisher => true;

    /// <summary>PUB sockets do not receive.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override bool TryReceive(ref Msg msg, TimeSpan timeout) => throw new NotSupportedException("a PUB socket only sends");

    internal override bool Admit(Pipe pipe)
    {
        pipe.Topics ??= new TopicSet();
        return true;
    }

    internal override void OnGone(Pipe pipe) => pipe.Topics = new TopicSet();

    internal override bool TakesMessageOnArrival(Pipe pipe, ReadOnlySpan<byte> wire)
    {
        _out.OnWire(pipe, wire, null);
        return true;
    }

    internal override string? OnTopic(Pipe pipe, bool subscribe, ReadOnlySpan<byte> topic)
    {
        var topics = pipe.Topics ??= new TopicSet();
        if (subscribe && Distributor.Refuse(this, topics, topic) is { } reason)
        {
            return reason;
        }
        bool changed = subscribe ? topics.Add(topic.ToArray()) : topics.Remove(topic.ToArray());
        if (changed)
        {
            ReportTopic(pipe, subscribe, topic);
        }
        return null;
    }

    private protected override bool MayReceive => false;

    private protected override bool CanSendNow() => true;

    private protected override bool TrySendNow(Span<Msg> message) => _out.TrySend(Pipes, message);

    private protected override bool TryTake(ref Msg msg) => false;
}
