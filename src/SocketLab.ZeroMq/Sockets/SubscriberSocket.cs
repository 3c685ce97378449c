using System.Text;
using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq.Sockets;

/// <summary>SUB (RFC 29): receives what was subscribed to. A topic is a prefix of the first frame; the empty topic is everything.</summary>
public class SubscriberSocket : ZmqSocket
{
    private readonly Subscriptions _wanted = new();

    /// <summary>A SUB socket; <paramref name="connectionString"/> connects unless its addresses say <c>@</c>.</summary>
    public SubscriberSocket(string? connectionString = null) : base(ZmqSocketType.Sub) => Open(connectionString, Link);

    /// <summary>SUB sockets do not send.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override bool TrySend(ref Msg msg, TimeSpan timeout, bool more) =>
        throw new NotSupportedException("a SUB socket only receives; use Subscribe and Unsubscribe");

    /// <summary>Asks for messages whose first frame begins with these bytes. Each call needs an <see cref="Unsubscribe(byte[])"/> of its own.</summary>
    public virtual void Subscribe(byte[] topic) => _wanted.Add((byte[])topic.Clone(), Pipes);

    /// <summary>Asks for messages whose first frame begins with this text in UTF-8.</summary>
    public void Subscribe(string topic) => Subscribe(topic, SendReceiveConstants.DefaultEncoding);

    /// <summary>Asks for messages whose first frame begins with this text.</summary>
    public void Subscribe(string topic, Encoding encoding) => Subscribe(encoding.GetBytes(topic));

    /// <summary>Asks for every message.</summary>
    public void SubscribeToAnyTopic() => Subscribe([]);

    /// <summary>Takes one <see cref="Subscribe(byte[])"/> back.</summary>
    public virtual void Unsubscribe(byte[] topic) => _wanted.Remove(topic, Pipes);

    /// <summary>Takes one subscription to this text in UTF-8 back.</summary>
    public void Unsubscribe(string topic) => Unsubscribe(topic, SendReceiveConstants.DefaultEncoding);

    /// <summary>Takes one subscription to this text back.</summary>
    public void Unsubscribe(string topic, Encoding encoding) => Unsubscribe(encoding.GetBytes(topic));

    internal override void OnOnline(Pipe pipe) => _wanted.SendAll(pipe);

    private protected override bool MaySend => false;

    private protected override bool CanSendNow() => false;

    private protected override bool TrySendNow(Span<Msg> message) => false;

    private protected override bool TryTake(ref Msg msg) => FairTakeFromAny(ref msg, _wanted);

    /// <summary>A message may have been under way when its topic was cancelled.</summary>
    private protected override bool Begin(Pipe pipe)
    {
        if (_wanted.Matches(pipe.PeekFirst(out _)))
        {
            return true;
        }
        pipe.SkipMessage();
        return false;
    }
}
