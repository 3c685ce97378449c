using System.Collections;
using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq;

/// <summary>
/// Serves several sockets and timers on one thread: raises their events there, one after the other, until it is stopped. While a socket is in a
/// running poller it belongs to the poller's thread.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1010", Justification = "Only so that { socket, timer } can initialise it.")]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1710", Justification = "NetMQ's name.")]
public sealed partial class ZmqPoller : IEnumerable, IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ISocketPollable> _sockets = [];
    private readonly List<ZmqTimer> _timers = [];
    private readonly Queue<Action> _actions = new();
    private readonly AutoResetEvent _changed = new(false);
    private readonly ManualResetEventSlim _stopped = new(true);
    private readonly Action _wake;
    private Thread? _thread;
    private volatile bool _stop;
    private bool _disposed;

    /// <summary>A poller of nothing yet.</summary>
    public ZmqPoller() => _wake = () => _changed.Set();

    /// <summary>Whether it runs.</summary>
    public bool IsRunning => !_stopped.IsSet;

    /// <summary>Whether it was disposed.</summary>
    public bool IsDisposed => _disposed;

    /// <summary>Adds a socket.</summary>
    public void Add(ISocketPollable socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        lock (_lock)
        {
            if (!_sockets.Contains(socket))
            {
                _sockets.Add(socket);
            }
        }
        if (IsRunning)
        {
            Listen(socket, true);
        }
        _changed.Set();
    }

    /// <summary>Adds a timer; its interval begins now.</summary>
    public void Add(ZmqTimer timer)
    {
        ArgumentNullException.ThrowIfNull(timer);
        lock (_lock)
        {
            timer.DueMs = -1;
            timer.Changed = _wake;
            _timers.Add(timer);
        }
        _changed.Set();
    }

    /// <summary>Takes a socket out.</summary>
    public void Remove(ISocketPollable socket)
    {
        lock (_lock)
        {
            _sockets.Remove(socket);
        }
        Listen(socket, false);
        _changed.Set();
    }

    /// <summary>Takes a timer out.</summary>
    public void Remove(ZmqTimer timer)
    {
        lock (_lock)
        {
            if (_timers.Remove(timer))
            {
                timer.Changed = null;
            }
        }
        _changed.Set();
    }

    /// <summary>
    /// Takes a socket out and disposes it. While the poller runs this happens on its thread, soon, so that no event of the socket is
    /// interrupted.
    /// </summary>
    public void RemoveAndDispose<T>(T socket) where T : ISocketPollable, IDisposable
    {
        lock (_lock)
        {
            _sockets.Remove(socket);
            if (IsRunning && Thread.CurrentThread != _thread)
            {
                _actions.Enqueue(socket.Dispose);
                _changed.Set();
                return;
            }
        }
        Listen(socket, false);
        socket.Dispose();
    }

    /// <summary>Serves on this thread until <see cref="Stop"/> is called from an event or another thread.</summary>
    /// <exception cref="InvalidOperationException">It runs already.</exception>
    public void Run()
    {
        Begin();
        Serve();
    }

    /// <summary>Serves on a background thread.</summary>
    public void RunAsync() => RunAsync("ZmqPoller");

    /// <summary>Serves on a background thread with a name.</summary>
    public void RunAsync(string threadName) => RunAsync(threadName, true);

    /// <summary>Serves on a thread with a name.</summary>
    public void RunAsync(string threadName, bool isBackgroundThread)
    {
        Begin();
        _thread = new Thread(Serve) { Name = threadName, IsBackground = isBackgroundThread };
        _thread.Start();
    }

    /// <summary>Asks it to stop and waits until it has, unless called from one of its events.</summary>
    public void Stop()
    {
        StopAsync();
        if (Thread.CurrentThread != _thread)
        {
            _stopped.Wait();
        }
    }

    /// <summary>Asks it to stop.</summary>
    public void StopAsync()
    {
        _stop = true;
        _changed.Set();
    }

    /// <summary>Stops it. The sockets stay the caller's.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }
        _disposed = true;
        if (IsRunning)
        {
            Stop();
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => _sockets.ToArray().GetEnumerator();
}
