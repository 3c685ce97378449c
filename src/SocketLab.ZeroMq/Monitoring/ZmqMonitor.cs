using System.Collections.Concurrent;

namespace SocketLab.ZeroMq.Monitoring;

/// <summary>
/// Reports what happens to a socket's connections as events, raised on the thread that called <see cref="Start"/> (or one of its own), not on the
/// engine's. For every detail there is <see cref="ZmqSocket.Observe"/>.
/// </summary>
public partial class ZmqMonitor : IDisposable
{
    private readonly ZmqSocket _socket;
    private readonly SocketEvents _wanted;
    private readonly bool _ownsSocket;
    private readonly BlockingCollection<ZmqMonitorEventArgs> _events = new(1000);
    private readonly ManualResetEventSlim _stopped = new(true);
    private CancellationTokenSource _stop = new();

    /// <summary>A monitor of a socket for the given events. <paramref name="endpoint"/> is a name for it, such as <c>inproc://monitor</c>.</summary>
    public ZmqMonitor(ZmqSocket monitoredSocket, string endpoint, SocketEvents eventsToMonitor)
    {
        ArgumentNullException.ThrowIfNull(monitoredSocket);
        _socket = monitoredSocket;
        _wanted = eventsToMonitor;
        Endpoint = endpoint;
        monitoredSocket.AddMonitor(OnEvent);
    }

    /// <summary>A monitor of a socket for all events, which may take the socket with it when it is disposed.</summary>
    public ZmqMonitor(ZmqSocket socket, string endpoint, bool ownsSocket = false) : this(socket, endpoint, SocketEvents.All) =>
        _ownsSocket = ownsSocket;

    /// <summary>Raised for each event, before the one for its kind.</summary>
    public event EventHandler<ZmqMonitorEventArgs>? EventReceived;

    /// <summary>A connection was made; the handshake follows.</summary>
    public event EventHandler<ZmqMonitorSocketEventArgs>? Connected;

    /// <summary>A connection attempt is under way.</summary>
    public event EventHandler<ZmqMonitorErrorEventArgs>? ConnectDelayed;

    /// <summary>An attempt failed or a connection ended; another attempt will follow.</summary>
    public event EventHandler<ZmqMonitorIntervalEventArgs>? ConnectRetried;

    /// <summary>A listener is bound.</summary>
    public event EventHandler<ZmqMonitorSocketEventArgs>? Listening;

    /// <summary>A listener could not be bound; <see cref="ZmqMonitorEventArgs.Reason"/> says why.</summary>
    public event EventHandler<ZmqMonitorErrorEventArgs>? BindFailed;

    /// <summary>A connection was accepted; the handshake follows.</summary>
    public event EventHandler<ZmqMonitorSocketEventArgs>? Accepted;

    /// <summary>A connection could not be accepted.</summary>
    public event EventHandler<ZmqMonitorErrorEventArgs>? AcceptFailed;

    /// <summary>A handshake was completed: messages may pass. An addition to NetMQ's API.</summary>
    public event EventHandler<ZmqMonitorSocketEventArgs>? HandshakeSucceeded;

    /// <summary>A handshake failed; <see cref="ZmqMonitorEventArgs.Reason"/> says why. An addition to NetMQ's API.</summary>
    public event EventHandler<ZmqMonitorErrorEventArgs>? HandshakeFailed;

    /// <summary>Messages were dropped: how many, and why. An addition to NetMQ's API.</summary>
    public event EventHandler<ZmqMonitorCountEventArgs>? Dropped;

    /// <summary>The queue to a peer has reached its high-water mark, and how many are in it. An addition to NetMQ's API.</summary>
    public event EventHandler<ZmqMonitorCountEventArgs>? QueueFull;

    /// <summary>A listener was closed, or a connecting endpoint given up.</summary>
    public event EventHandler<ZmqMonitorSocketEventArgs>? Closed;

    /// <summary>A connection ended.</summary>
    public event EventHandler<ZmqMonitorSocketEventArgs>? Disconnected;

    /// <summary>The name that was given.</summary>
    public string Endpoint { get; }

    /// <summary>Whether it runs.</summary>
    public bool IsRunning => !_stopped.IsSet;

    /// <summary>How often <see cref="Start"/> looks whether it is to stop. Kept for programs written for NetMQ; stopping takes effect at once here.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Raises events on this thread until <see cref="Stop"/> is called.</summary>
    public void Start() => Run(Begin());

    /// <summary>Raises events on a thread of its own.</summary>
    public Task StartAsync()
    {
        // Begun here and not there: a Stop that follows at once must find it running.
        var stop = Begin();
        return Task.Factory.StartNew(() => Run(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private CancellationToken Begin()
    {
        _stopped.Reset();
        return _stop.Token;
    }

    private void Run(CancellationToken stop)
    {
        try
        {
            foreach (var what in _events.GetConsumingEnumerable(stop))
            {
                Raise(what);
            }
        }
        catch (OperationCanceledException)
        {
            // Stop was called.
        }
        finally
        {
            _stopped.Set();
        }
    }

    /// <summary>Ends <see cref="Start"/>.</summary>
    public void Stop()
    {
        _stop.Cancel();
        _stopped.Wait();
        _stop.Dispose();
        _stop = new CancellationTokenSource();
    }

    /// <summary>Stops, and disposes the socket if it is owned.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops, and disposes the socket if it is owned.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }
        _socket.RemoveMonitor(OnEvent);
        _stop.Cancel();
        if (_ownsSocket)
        {
            _socket.Dispose();
        }
    }
}
