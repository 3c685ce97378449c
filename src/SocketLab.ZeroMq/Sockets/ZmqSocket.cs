using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq;

/// <summary>
/// What the eleven socket types have in common. A socket belongs to one thread at a time: hand it over as you like, but two calls at
/// once throw and name both threads. <see cref="Dispose()"/> may come from any thread and ends a call that waits.
/// </summary>
public abstract partial class ZmqSocket : IOutgoingSocket, IReceivingSocket, ISocketPollable, IDisposable
{
    private protected const string Attach = "@", Link = ">";
    private readonly Waker _waker = new();
    private ZmqObserver? _monitors;
    private Hot _hot;

    private protected ZmqSocket(ZmqSocketType type)
    {
        SocketType = type;
        Options = new SocketOptions(this);
        if (type is ZmqSocketType.Sub or ZmqSocketType.Xsub)
        {
            Options.Linger = TimeSpan.Zero;
        }
    }

    /// <summary>How the socket behaves.</summary>
    public SocketOptions Options { get; }

    /// <summary>Whether it was disposed.</summary>
    public bool IsDisposed => Volatile.Read(ref _hot.Disposed) != 0;

    /// <summary>
    /// Sees what passes on the connections of this socket; set it before Bind and Connect. Null, as it is at first, costs nothing. An
    /// addition to NetMQ's API.
    /// </summary>
    public ZmqObserver? Observe { get; set; }

    ZmqSocket ISocketPollable.Socket => this;

    internal ZmqSocketType SocketType { get; }

    internal bool ReceivedMore { get; private set; }

    internal bool IsClosing => IsDisposed;

    /// <summary>When a pipe of this socket was last written empty, in stopwatch ticks.</summary>
    internal long LastFlush { get; set; }

    /// <summary>REQ and REP wait for the other side: what they send goes out at once.</summary>
    internal virtual bool SendsAtOnce => false;

    internal virtual bool IsPublisher => false;

    /// <param name="settles">False for what is called a few times, perhaps by the thread that only sets the socket up.</param>
    private void EnterCall(bool settles = true)
    {
        if (!_hot.Guard.TryEnter(settles))
        {
            Collide();
        }
        if (_hot.Disposed != 0)
        {
            LeaveCall();
            ObjectDisposedException.ThrowIf(true, this);
        }
    }

    private void LeaveCall()
    {
        _hot.Guard.Leave();
        if (_hot.Disposed != 0)
        {
            LetGo();
        }
    }

    private void Collide() => throw new InvalidOperationException(
        $"this {GetType().Name} is in use by thread {(_hot.Guard.Holder is { } user ? Name(user) : "?")}, and thread {Name(Thread.CurrentThread)} "
        + "called it at the same time: a socket belongs to one thread at a time");

    // The number of a thread that has ended may be another's by now; its name was its own.
    private static string Name(Thread thread) =>
        thread.Name is { Length: > 0 } name && thread.IsAlive ? $"{thread.ManagedThreadId} ({name})" : $"{thread.ManagedThreadId}";
}
