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
    private int _userId;
    private Thread? _user;
    private int _disposed;

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
    public bool IsDisposed => Volatile.Read(ref _disposed) != 0;

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

    /// <summary>Whether anybody looks: where it is costly to say what happens, ask first.</summary>
    internal bool IsObserved => Observe is not null || _monitors is not null;

    internal void Report(in ZmqEvent what)
    {
        try
        {
            Observe?.Invoke(what);
            Volatile.Read(ref _monitors)?.Invoke(what);
        }
        catch (Exception)
        {
            // A broken view must not break the socket that it looks at.
        }
    }

    internal void AddMonitor(ZmqObserver monitor)
    {
        lock (_pipesLock)
        {
            _monitors += monitor;
        }
    }

    internal void RemoveMonitor(ZmqObserver monitor)
    {
        lock (_pipesLock)
        {
            _monitors -= monitor;
        }
    }

    /// <summary>Tells, once each time it happens, that the queue to a peer has reached its high-water mark.</summary>
    internal void ReportFull(Pipe pipe, long queued)
    {
        if (IsObserved)
        {
            Report(new ZmqEvent
            {
                Kind = ZmqEventKind.QueueFull,
                ConnectionId = (pipe as StreamPipe)?.Connection?.Id ?? 0,
                Remote = pipe.RemoteEndpoint,
                Count = queued,
            });
        }
    }

    /// <summary>Tells of messages that were dropped; they are counted already.</summary>
    internal void ReportDrop(Pipe pipe, string reason, long messages = 1)
    {
        if (IsObserved)
        {
            Report(new ZmqEvent
            {
                Kind = ZmqEventKind.Dropped,
                ConnectionId = (pipe as StreamPipe)?.Connection?.Id ?? 0,
                Remote = pipe.RemoteEndpoint,
                Count = messages,
                Reason = reason,
            });
        }
    }

    private protected void ReportTopic(Pipe pipe, bool subscribe, ReadOnlySpan<byte> topic)
    {
        if (IsObserved)
        {
            Report(new ZmqEvent
            {
                Kind = subscribe ? ZmqEventKind.Subscribed : ZmqEventKind.Cancelled,
                ConnectionId = (pipe as StreamPipe)?.Connection?.Id ?? 0,
                Remote = pipe.RemoteEndpoint,
                Bytes = topic,
            });
        }
    }

    private void EnterCall()
    {
        int me = Environment.CurrentManagedThreadId;
        if (Interlocked.CompareExchange(ref _userId, me, 0) != 0)
        {
            Collide();
        }
        if (_user is null || _user.ManagedThreadId != me)
        {
            _user = Thread.CurrentThread;
        }
        if (_disposed != 0)
        {
            LeaveCall();
            ObjectDisposedException.ThrowIf(true, this);
        }
    }

    private void LeaveCall()
    {
        Volatile.Write(ref _userId, 0);
        if (_disposed != 0)
        {
            LetGo();
        }
    }

    private void Collide() => throw new InvalidOperationException(
        $"this {GetType().Name} is in use by thread {(_user is { } user ? Name(user) : "?")}, and thread {Name(Thread.CurrentThread)} "
        + "called it at the same time: a socket belongs to one thread at a time");

    private static string Name(Thread thread) =>
        thread.Name is { Length: > 0 } name ? $"{thread.ManagedThreadId} ({name})" : $"{thread.ManagedThreadId}";
}
