using System.Text;
using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq.Sockets;

/// <summary>
/// XSUB (RFC 29): SUB whose program subscribes by sending messages <c>1 topic</c> and <c>0 topic</c>, and may send other messages up to the publishers. It
/// receives whatever a publisher sends it: what passes is the publisher's decision (libzmq has it so too, and XPUB's manual mode needs it).
/// </summary>
public class XSubscriberSocket : ZmqSocket
{
    private readonly Subscriptions _wanted = new();

    /// <summary>An XSUB socket; <paramref name="connectionString"/> connects unless its addresses say <c>@</c>.</summary>
    public XSubscriberSocket(string? connectionString = null) : base(ZmqSocketType.Xsub) => Open(connectionString, Link);

    /// <summary>Asks for messages whose first frame begins with these bytes.</summary>
    public virtual void Subscribe(byte[] topic) => _wanted.Add((byte[])topic.Clone(), Pipes);

    /// <summary>Asks for messages whose first frame begins with this text in UTF-8.</summary>
    public void Subscribe(string topic) => Subscribe(topic, SendReceiveConstants.DefaultEncoding);

    /// <summary>Asks for messages whose first frame begins with this text.</summary>
    public void Subscribe(string topic, Encoding encoding) => Subscribe(encoding.GetBytes(topic));

    /// <summary>Asks for every message.</summary>
    public void SubscribeToAnyTopic() => Subscribe([]);

    /// <summary>Takes one subscription back.</summary>
    public virtual void Unsubscribe(byte[] topic) => _wanted.Remove(topic, Pipes);

    /// <summary>Takes one subscription to this text in UTF-8 back.</summary>
    public void Unsubscribe(string topic) => Unsubscribe(topic, SendReceiveConstants.DefaultEncoding);

    /// <summary>Takes one subscription to this text back.</summary>
    public void Unsubscribe(string topic, Encoding encoding) => Unsubscribe(encoding.GetBytes(topic));

    internal override void OnOnline(Pipe pipe) => _wanted.SendAll(pipe);

    private protected override bool CanSendNow() => true;

    private protected override bool TrySendNow(Span<Msg> message)
    {
        var first = message[0].Span;
        if (message.Length == 1 && first.Length > 0 && first[0] <= 1)
        {
            byte[] topic = first[1..].ToArray();
            if (first[0] == 1)
            {
                _wanted.Add(topic, Pipes);
            }
            else
            {
                _wanted.Remove(topic, Pipes);
            }
        }
        else
        {
            SendUp(message);
        }
        message.ConsumeAll();
        return true;
    }

    private protected override bool TryTake(ref Msg msg) => FairTakeFromAny(ref msg);

    private void SendUp(Span<Msg> message)
    {
        foreach (var pipe in Pipes)
        {
            if (!pipe.TryWriteCopy(message))
            {
                Drop(pipe, ZmqDropKind.QueueFull, "the queue to this publisher is full");
            }
        }
    }
}
