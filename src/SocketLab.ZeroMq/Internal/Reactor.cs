using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;

namespace SocketLab.ZeroMq.Internal;

/// <summary>What the reactor watches: a listener or a connection.</summary>
internal interface IReady
{
    Socket Socket { get; }
    bool WantsRead { get; }
    bool WantsWrite { get; }
    void OnReadable();
    void OnWritable();
    void OnFault(Exception error);
}

/// <summary>
/// The one background thread of the engine: accepting, connecting, handshakes, heartbeats, and reading and writing for sockets whose
/// own thread is not there to do it. Everything it owns is touched on its thread alone; other threads <see cref="Post"/>.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "Lives as long as the process.")]
internal sealed partial class Reactor
{
    // Some twenty microseconds: a program in the middle of a burst has sent something more by then.
    private const int IdleSpins = 500;
    private static readonly long LookTicks = Stopwatch.Frequency / 1000 * 8 / 10;
    private static readonly Lazy<Reactor> Instance = new(() => new Reactor());
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly ConcurrentQueue<StreamPipe> _flushes = new();
    private readonly PriorityQueue<ReactorTimer, long> _timers = new();
    private readonly List<IReady> _watched = [];
    private readonly List<IReady> _readers = [], _writers = [];
    private readonly List<Socket> _readSet = [], _writeSet = [];
    private readonly ConcurrentQueue<ZmqSocket> _lending = new();
    private readonly List<ZmqSocket> _lent = [];
    private readonly WakeSocket _wake = new();
    private readonly Thread _thread;
    private readonly List<StreamPipe> _streaming = [];
    private long _lastLook;
    private int _asleep;

    private Reactor()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "ZeroMq reactor" };
        _thread.Start();
    }

    public static Reactor Shared => Instance.Value;

    public bool IsCurrent => Thread.CurrentThread == _thread;

    /// <summary>Where the reactor receives; it alone uses it.</summary>
    public Arena Arena { get; } = new();

    public void Post(Action action)
    {
        _posted.Enqueue(action);
        Wake();
    }

    /// <summary>Asks for what waits in a pipe to be sent.</summary>
    public void Flush(StreamPipe pipe)
    {
        _flushes.Enqueue(pipe);
        Wake();
    }

    public void Watch(IReady item) => _watched.Add(item);

    public void Unwatch(IReady item) => _watched.Remove(item);

    private void Wake()
    {
        if (Interlocked.Exchange(ref _asleep, 0) == 1)
        {
            _wake.Notify();
        }
    }

    private void Run()
    {
        while (true)
        {
            try
            {
                Turn();
            }
            catch (Exception error)
            {
                // The last boundary: one bad turn must not end the thread that every socket relies on, nor come again for ever.
                Debug.WriteLine(error);
                _watched.RemoveAll(static item => item.Socket is null || item.Socket.SafeHandle.IsClosed);
            }
        }
    }

    private void Turn()
    {
        RunPosted();
        RunTimers();
        int waitMs = CollectInterests();
        Interlocked.Exchange(ref _asleep, 1);
        if (!_posted.IsEmpty || !_flushes.IsEmpty || !_lending.IsEmpty)
        {
            waitMs = 0;
        }
        Select(waitMs);
        Volatile.Write(ref _asleep, 0);
        Dispatch();
    }

    private void RunPosted()
    {
        LookAfterPipes();
        for (int n = _posted.Count; n > 0 && _posted.TryDequeue(out var action); n--)
        {
            try
            {
                action();
            }
            catch (Exception error)
            {
                Debug.WriteLine(error);
            }
        }
    }

    private void LookAfterPipes()
    {
        // Not by TickCount64, which may stand still for four milliseconds.
        if (_streaming.Count > 0 && Stopwatch.GetTimestamp() is var now && now - _lastLook > LookTicks)
        {
            _lastLook = now;
            foreach (var pipe in _streaming)
            {
                pipe.Mark();
            }
            Thread.SpinWait(IdleSpins);
            _streaming.RemoveAll(static pipe => !pipe.LookAfter());
        }
        for (int n = _flushes.Count; n > 0 && _flushes.TryDequeue(out var pipe); n--)
        {
            if (!_streaming.Contains(pipe) && pipe.LookAfter())
            {
                _streaming.Add(pipe);
            }
        }
    }
}
