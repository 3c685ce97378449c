using System.Diagnostics;
using System.Net.Sockets;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Wakes the one thread that waits in a socket. The waiter announces itself, looks once more, and sleeps; whoever changes something
/// signals afterwards. A signal that finds nobody asleep costs one exchange.
/// </summary>
internal sealed class Waker : IDisposable
{
    private const int Awake = 0, OnEvent = 1, OnSelect = 2;
    // Longer than the other side takes for a message, shorter than the system takes to put a thread to sleep and wake it.
    private static readonly long SpinTicks = Environment.ProcessorCount > 1 ? Stopwatch.Frequency * 25 / 1_000_000 : 0;
    private readonly object _lock = new();
    private WakeSocket? _wake;
    private int _mode;
    private volatile bool _signaled;
    private Action? _listener;

    /// <summary>Called at each signal, by the signalling thread: a poller or an awaiting method.</summary>
    public Action? Listener
    {
        get => Volatile.Read(ref _listener);
        set => Interlocked.Exchange(ref _listener, value);
    }

    public void Signal()
    {
        _signaled = true;
        Interlocked.MemoryBarrier();
        int mode = Volatile.Read(ref _mode);
        if (mode == OnSelect)
        {
            _wake!.Notify();
        }
        else if (mode == OnEvent)
        {
            lock (_lock)
            {
                Monitor.PulseAll(_lock);
            }
        }
        Listener?.Invoke();
    }

    /// <summary>Forget earlier signals; look at the conditions after this.</summary>
    public void Reset()
    {
        _signaled = false;
        // Without it the store may reach memory after the looking, and after a signal that came in between: which would be lost.
        Interlocked.MemoryBarrier();
    }

    /// <summary>Sleeps until a signal or the time is over (-1: no end).</summary>
    public void Wait(int ms)
    {
        if (ms != 0 && SpinTicks > 0 && Spin())
        {
            return;
        }
        lock (_lock)
        {
            Interlocked.Exchange(ref _mode, OnEvent);
            if (!_signaled)
            {
                Monitor.Wait(_lock, ms);
            }
            _mode = Awake;
        }
    }

    /// <summary>
    /// Looks for a signal for a moment, each time after twice as long a pause: what comes meanwhile is then taken as one batch, and looking
    /// does not take the cache line from whoever is about to write it.
    /// </summary>
    private bool Spin()
    {
        long end = Stopwatch.GetTimestamp() + SpinTicks;
        for (int pause = 32; !_signaled; pause = Math.Min(pause * 2, 256))
        {
            if (Stopwatch.GetTimestamp() > end)
            {
                return false;
            }
            Thread.SpinWait(pause);
        }
        return true;
    }

    /// <summary>Sleeps until one of the sockets is readable, a signal comes, or the time is over. The list is left with what is ready.</summary>
    public void Select(List<Socket> sockets, int ms)
    {
        _wake ??= new WakeSocket();
        Interlocked.Exchange(ref _mode, OnSelect);
        if (_signaled)
        {
            ms = 0;
        }
        sockets.Add(_wake.Socket);
        try
        {
            Socket.Select(sockets, null, null, ms < 0 ? -1 : ms > 2_000_000 ? 2_000_000_000 : ms * 1000);
        }
        finally
        {
            Volatile.Write(ref _mode, Awake);
        }
        if (sockets.Count > 0 && sockets[^1] == _wake.Socket)
        {
            sockets.RemoveAt(sockets.Count - 1);
            _wake.Drain();
        }
    }

    public void Dispose() => _wake?.Dispose();
}
