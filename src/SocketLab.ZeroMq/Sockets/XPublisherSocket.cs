using System.Collections.Concurrent;
using System.Text;
using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq.Sockets;

/// <summary>
/// XPUB (RFC 29): PUB whose program receives the subscriptions, as messages <c>1 topic</c> and <c>0 topic</c>: the first and the last of a topic, or all
/// of them (<see cref="SocketOptions.XPubVerbose"/>).
/// </summary>
public partial class XPublisherSocket : ZmqSocket
{
    private const int MostNews = 50_000;
    private readonly Distributor _out;
    private readonly ConcurrentQueue<(Pipe Pipe, byte[][] Frames)> _news = new();
    private (Pipe Pipe, byte[][] Frames) _current;
    private int _at, _newsCount;
    private long _newsBytes;
    private byte[]? _welcome;

    /// <summary>An XPUB socket; <paramref name="connectionString"/> binds unless its addresses say <c>&gt;</c>.</summary>
    public XPublisherSocket(string? connectionString = null) : base(ZmqSocketType.Xpub)
    {
        _out = new Distributor(this);
        Open(connectionString, Attach);
    }

    internal override bool IsPublisher => true;

    /// <summary>A message that every new subscriber gets first; an empty one is none.</summary>
    public void SetWelcomeMessage(byte[] welcomeMessage) => _welcome = (byte[])welcomeMessage.Clone();

    /// <summary>A message of UTF-8 text that every new subscriber gets first.</summary>
    public void SetWelcomeMessage(string welcomeMessage) =>
        SetWelcomeMessage(welcomeMessage, SendReceiveConstants.DefaultEncoding);

    /// <summary>A message of text that every new subscriber gets first.</summary>
    public void SetWelcomeMessage(string welcomeMessage, Encoding encoding) => _welcome = encoding.GetBytes(welcomeMessage);

    /// <summary>No welcome message any more.</summary>
    public void ClearWelcomeMessage() => _welcome = null;

    /// <summary>With <see cref="SocketOptions.ManualPublisher"/>: subscribes the peer whose message was received last.</summary>
    public void Subscribe(byte[] topic) => Hold(_current.Pipe, true, topic);

    /// <summary>As above, for a topic of UTF-8 text.</summary>
    public void Subscribe(string topic) => Subscribe(topic, SendReceiveConstants.DefaultEncoding);

    /// <summary>As above, for a topic of text.</summary>
    public void Subscribe(string topic, Encoding encoding) => Subscribe(encoding.GetBytes(topic));

    /// <summary>With <see cref="SocketOptions.ManualPublisher"/>: takes a topic from the peer whose message was received last.</summary>
    public void Unsubscribe(byte[] topic) => Hold(_current.Pipe, false, topic);

    /// <summary>As above, for a topic of UTF-8 text.</summary>
    public void Unsubscribe(string topic) => Unsubscribe(topic, SendReceiveConstants.DefaultEncoding);

    /// <summary>As above, for a topic of text.</summary>
    public void Unsubscribe(string topic, Encoding encoding) => Unsubscribe(encoding.GetBytes(topic));

    internal override bool Admit(Pipe pipe)
    {
        pipe.Topics ??= new TopicSet();
        return true;
    }

    internal override void OnOnline(Pipe pipe)
    {
        if (_welcome is { Length: > 0 } welcome)
        {
            var msg = default(Msg);
            msg.InitGC(welcome, welcome.Length);
            pipe.TryWrite(new Span<Msg>(ref msg));
        }
    }

    internal override bool TakesMessageOnArrival(Pipe pipe, ReadOnlySpan<byte> wire)
    {
        _out.OnWire(pipe, wire, (from, frames) => Tell(from, frames));
        return true;
    }

    private protected override bool CanSendNow() => true;

    private protected override bool TrySendNow(Span<Msg> message) => _out.TrySend(Pipes, message);

    private protected override bool TryTake(ref Msg msg)
    {
        if (_at == 0)
        {
            if (!_news.TryDequeue(out _current))
            {
                return false;
            }
            Interlocked.Decrement(ref _newsCount);
            Interlocked.Add(ref _newsBytes, -_current.Frames.Sum(frame => (long)frame.Length));
        }
        byte[] frame = _current.Frames[_at++];
        msg.InitGC(frame, frame.Length);
        bool more = _at < _current.Frames.Length;
        msg.SetMore(more);
        _at = more ? _at : 0;
        return true;
    }

    private void Tell(Pipe pipe, params byte[][] frames)
    {
        // Subscribing costs a peer nothing: for a program that does not listen, what it would be told must not pile up.
        long bytes = frames.Sum(frame => (long)frame.Length);
        if (Volatile.Read(ref _newsCount) >= MostNews || Volatile.Read(ref _newsBytes) + bytes > Options.ReceiveHighWatermarkBytes)
        {
            Drop(pipe, ZmqDropKind.Unreceived, "the program does not receive what its subscribers send");
            return;
        }
        Interlocked.Increment(ref _newsCount);
        Interlocked.Add(ref _newsBytes, bytes);
        _news.Enqueue((pipe, frames));
        OnPipeWritable();
    }
}
