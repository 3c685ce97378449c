using System.Globalization;
using System.Text;
using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Patterns;

/// <summary>What the ventilator handed to one worker.</summary>
/// <param name="Connection">Its number in the journal.</param>
/// <param name="Peer">Its address.</param>
/// <param name="Tasks">How many tasks.</param>
public sealed record Handed(int Connection, string Peer, long Tasks);

/// <summary>
/// Pipeline, the first stage: a PUSH socket hands tasks to the connected workers in turn (round robin, not to whoever is idle), and waits when
/// there is none or their queues are full. At the end each worker gets an end marker.
/// </summary>
public sealed class Ventilator : IDisposable
{
    /// <summary>The end marker's first frame; the second holds <c>tasks workers</c>.</summary>
    internal const string End = "END";

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);
    private readonly PushSocket _socket = new();
    private readonly WireObserver _observer;
    private readonly PatternOptions _options;
    private readonly TraceLog _log;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, Handed> _handed = [];
    private int? _told;

    /// <param name="options">Where to bind or connect.</param>
    /// <param name="log">The journal.</param>
    public Ventilator(PatternOptions options, TraceLog? log = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _log = log ?? TraceLog.Off;
        _observer = options.Observer(_log, CountSent);
        EndPoint = options.Open(_socket, _log, _observer);
    }

    /// <summary>Where it is bound.</summary>
    public string EndPoint { get; }

    /// <summary>Tasks handed over.</summary>
    public long Pushed { get; private set; }

    /// <summary>Workers connected now; after the end, those that were told of it.</summary>
    public int Workers => _told ?? _observer.Ready;

    /// <summary>What went to each worker, by connection.</summary>
    public IReadOnlyList<Handed> Shares
    {
        get
        {
            lock (_gate)
            {
                return [.. _handed.Values];
            }
        }
    }

    /// <summary>Tasks that were still queued here for a worker that left; what it had been sent and had not done is lost as well, uncounted.</summary>
    public long Lost => _observer.Dropped;

    /// <summary>Waits until so many workers are connected; otherwise the first one would get everything that is ready.</summary>
    public void WaitForWorkers(int count, CancellationToken cancel)
    {
        if (_log.IsOn && count > 0)
        {
            _log.Write(new TraceEvent { Kind = TraceKind.Waiting, Count = count, Note = $"for {count} worker{(count == 1 ? "" : "s")}" });
        }
        while (_observer.Ready < count)
        {
            cancel.ThrowIfCancellationRequested();
            cancel.WaitHandle.WaitOne(Turn);
        }
    }

    /// <summary>Hands over one task, waiting for a worker that can take it.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while it waited.</exception>
    public void Push(byte[] task, CancellationToken cancel)
    {
        Send([task], cancel);
        Pushed++;
    }

    /// <summary>Tells every worker that there is no more: with room in every queue, round robin gives each of them one marker.</summary>
    public void PushEnd(CancellationToken cancel)
    {
        while (!AllQueuesAreEmpty())
        {
            cancel.ThrowIfCancellationRequested();
            cancel.WaitHandle.WaitOne(Turn);
        }
        // Counted only now: a worker may have left while the queues ran empty. If all have, the next one to come is told.
        var workers = Math.Max(1, _observer.Ready);
        var tally = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Pushed} {workers}"));
        for (var i = 0; i < workers; i++)
        {
            Send([Encoding.UTF8.GetBytes(End), tally], cancel);
        }
        _told = workers;
    }

    private void CountSent(int connection, string peer, int frames)
    {
        // A task has one frame, the end marker two.
        if (frames == 1)
        {
            lock (_gate)
            {
                var before = _handed.GetValueOrDefault(connection);
                _handed[connection] = new Handed(connection, peer, (before?.Tasks ?? 0) + 1);
            }
        }
    }

    private void Send(byte[][] frames, CancellationToken cancel)
    {
        var said = false;
        while (!_socket.TrySendMultipartBytes(Turn, frames))
        {
            cancel.ThrowIfCancellationRequested();
            if (!said && _log.IsOn)
            {
                said = true;
                _log.Write(new TraceEvent { Kind = TraceKind.Waiting, Note = _observer.Ready == 0 ? "for a worker: nobody is connected" : "all workers' queues are full" });
            }
        }
    }

#if NETMQ
    private static bool AllQueuesAreEmpty() => true;
#else
    private bool AllQueuesAreEmpty() => _socket.Peers.All(peer => peer.Queued == 0);
#endif

    /// <summary>Closes the socket, waiting for what is still queued as long as linger says.</summary>
    public void Dispose() => _options.Close(_socket, _log);
}
