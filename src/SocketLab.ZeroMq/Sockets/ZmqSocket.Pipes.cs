using System.Collections.Concurrent;
using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq;

/// <summary>
/// The peers: an array that is replaced when one comes or goes, and a rotation of those that have something to be received, so that
/// each gets its turn (fair queuing).
/// </summary>
public abstract partial class ZmqSocket
{
    private readonly Lock _pipesLock = new();
    private readonly ConcurrentQueue<Pipe> _ready = new();
    private readonly Queue<Pipe> _rotation = new();
    private Pipe[] _pipes = [];
    private Connection[] _connections = [];
    private ZmqPeerStatistics _gone = new("", 0, 0, 0, 0, false);

    /// <summary>What the queues of each peer have done so far. An addition to NetMQ's API.</summary>
    public IReadOnlyList<ZmqPeerStatistics> Peers => [.. Volatile.Read(ref _pipes).Select(p => p.Statistics())];

    /// <summary>
    /// The sums of the peers that have gone for good: what was sent to them (handed to the system; whether they read it nobody knows),
    /// received from them, and dropped, which includes what still waited for them. An addition to NetMQ's API.
    /// </summary>
    public ZmqPeerStatistics GonePeers => Volatile.Read(ref _gone);

    private protected Pipe[] Pipes => Volatile.Read(ref _pipes);

    /// <summary>The peer whose message is being received.</summary>
    private protected Pipe? ReadingPipe { get; set; }

    internal bool IsAttached(Pipe pipe) => Array.IndexOf(Pipes, pipe) >= 0;

    internal void AddPipe(Pipe pipe)
    {
        lock (_pipesLock)
        {
            if (Array.IndexOf(_pipes, pipe) >= 0 || !Admit(pipe))
            {
                return;
            }
            Volatile.Write(ref _pipes, [.. _pipes, pipe]);
        }
        _waker.Signal();
    }

    /// <summary>The peer is gone, for good or for now; what it sent before can still be received.</summary>
    internal void Detach(Pipe pipe, bool forNow = false)
    {
        pipe.IsGone = true;
        long lost = pipe.Close();
        bool wasAttached;
        lock (_pipesLock)
        {
            // Counted before it leaves the list: whoever sees it no more finds its figures among those of the peers that have gone.
            if (!forNow)
            {
                CountGone(pipe);
            }
            wasAttached = Array.IndexOf(_pipes, pipe) >= 0;
            if (wasAttached)
            {
                Volatile.Write(ref _pipes, [.. _pipes.Where(p => p != pipe)]);
            }
        }
        if (lost > 0)
        {
            ReportDrop(pipe, ZmqDropKind.PeerGone, "still queued for a peer that has gone", lost);
        }
        if (wasAttached)
        {
            OnGone(pipe);
        }
        _waker.Signal();
    }

    private void CountGone(Pipe pipe)
    {
        if (!pipe.IsCounted)
        {
            pipe.IsCounted = true;
            var (was, now) = (_gone, pipe.Statistics());
            Volatile.Write(ref _gone, was with
            {
                Sent = was.Sent + now.Sent,
                Received = was.Received + now.Received,
                Dropped = was.Dropped + now.Dropped,
            });
        }
    }

    /// <summary>A connecting socket's connection has ended; its pipe waits for the next one.</summary>
    internal void OnDisconnected(StreamPipe pipe)
    {
        OnGone(pipe);
        if (Options.DelayAttachOnConnect || SocketType == ZmqSocketType.Router)
        {
            Detach(pipe, forNow: true);
            pipe.IsGone = false;
        }
    }

    /// <summary>From now on the program's own thread may read the connection.</summary>
    internal void AddConnection(Connection connection)
    {
        lock (_pipesLock)
        {
            SetConnections([.. _connections, connection]);
        }
        _waker.Signal();
    }

    internal void RemoveConnection(Connection connection)
    {
        lock (_pipesLock)
        {
            SetConnections([.. _connections.Where(c => c != connection)]);
        }
        _waker.Signal();
    }

    private void SetConnections(Connection[] connections)
    {
        Volatile.Write(ref _connections, connections);
        _hot.HasSeveralConnections = connections.Length > 1;
    }

    internal void OnPipeReady(Pipe pipe)
    {
        _ready.Enqueue(pipe);
        Volatile.Write(ref _hot.HasReady, 1);
        _waker.Signal();
    }

    /// <summary>Whether the type takes another peer; called once for each, with its identity known.</summary>
    internal virtual bool Admit(Pipe pipe) => true;

    /// <summary>The peer can be talked to from now on, or again.</summary>
    internal virtual void OnOnline(Pipe pipe)
    {
    }

    /// <summary>The peer cannot be talked to any more, or for a while.</summary>
    internal virtual void OnGone(Pipe pipe)
    {
    }

    /// <summary>The peer subscribes or cancels. Returns what is wrong with that, or null.</summary>
    internal virtual string? OnTopic(Pipe pipe, bool subscribe, ReadOnlySpan<byte> topic) => null;

    /// <summary>For types to which messages are of no use, or mean subscriptions: true when there is nothing left to queue.</summary>
    internal virtual bool TakesMessageOnArrival(Pipe pipe, ReadOnlySpan<byte> wire) => false;
}
