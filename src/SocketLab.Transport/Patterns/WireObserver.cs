using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Patterns;

/// <summary>
/// Writes into the journal what passes on a ZeroMQ socket's connections: connects, handshakes, messages, subscriptions, drops. The
/// engine tells it; NetMQ has no such view, and there the journal has less.
/// </summary>
internal sealed partial class WireObserver(TraceLog log, bool wire, bool greetings)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, int> _numbers = [];
    private readonly HashSet<long> _ready = [];
    private readonly HashSet<long> _subscribers = [];
    private readonly HashSet<long> _silent = [];
    private readonly DropTally _drops = new(log);
    private long _dropped, _droppedFull;

    /// <summary>Whether it is told of peers at all: NetMQ does not tell.</summary>
#if NETMQ
    public static bool SeesPeers => false;
#else
    public static bool SeesPeers => true;
#endif

    /// <summary>Connections whose handshake is done.</summary>
    public int Ready => Count(_ready);

    /// <summary>Peers that hold at least one subscription, or have held one.</summary>
    public int Subscribers => Count(_subscribers);

    /// <summary>Connected peers that have not sent a message yet.</summary>
    public int Silent => Count(_silent);

    /// <summary>Messages dropped on all connections.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Those of them for which a peer's queue had no room; the others were queued for a peer that went away.</summary>
    public long DroppedFull => Volatile.Read(ref _droppedFull);

    /// <summary>Called for each message that goes out: over which connection, to whom, with how many frames.</summary>
    public Action<int, string, int>? Sent { get; init; }

    private int Count(HashSet<long> set)
    {
        lock (_gate)
        {
            return set.Count;
        }
    }

#if NETMQ
    public void Attach(ZmqSocket socket) => _ = (socket, log, wire, greetings, _numbers, _partial, _ready, _subscribers, _silent, _drops, Sent, _dropped = 0, _droppedFull = 0);

    public static void Finish(ZmqSocket socket) => _ = socket;
#else
    private const byte More = 1;

    public void Attach(ZmqSocket socket) => socket.Observe = See;

    /// <summary>Says what is still only counted, when the socket is closed.</summary>
    public static void Finish(ZmqSocket socket) => (socket.Observe?.Target as WireObserver)?._drops.Say();

    private void See(in ZmqEvent what)
    {
        lock (_gate)
        {
            Keep(what);
        }
        if (Sent is not null && what.Kind == ZmqEventKind.FrameSent && (what.WireFlags & More) == 0)
        {
            Sent(Number(what.ConnectionId), what.Remote ?? "", what.FrameIndex + 1);
        }
        if (!log.IsOn)
        {
            return;
        }
        if (what.Kind == ZmqEventKind.Dropped)
        {
            _drops.Add(what.Remote, what.Reason ?? "its queue is full", what.Count, what.ConnectionId > 0 ? Number(what.ConnectionId) : 0);
            return;
        }
        if (what.Kind == ZmqEventKind.Disconnected)
        {
            _drops.Say(what.Remote);
        }
        var e = new TraceEvent
        {
            Kind = TraceKind.Note,
            Local = what.Local,
            Peer = what.Remote,
            Connection = what.ConnectionId > 0 ? Number(what.ConnectionId) : 0,
            Note = what.Reason,
        };
        switch (what.Kind)
        {
            case ZmqEventKind.Listening: log.Write(e with { Kind = TraceKind.Bind }); break;
            case ZmqEventKind.Closed: log.Write(e with { Kind = TraceKind.Close }); break;
            case ZmqEventKind.Connected: log.Write(e with { Kind = TraceKind.Connect }); break;
            case ZmqEventKind.Accepted: log.Write(e with { Kind = TraceKind.Accept }); break;
            case ZmqEventKind.AcceptFailed: log.Write(e with { Kind = TraceKind.Error }); break;
            case ZmqEventKind.GreetingSent when wire || greetings: Wire(e, TraceDirection.Out, what.Bytes); break;
            case ZmqEventKind.GreetingReceived when wire || greetings: Wire(e, TraceDirection.In, what.Bytes); break;
            case ZmqEventKind.HandshakeDone:
                log.Write(e with { Kind = TraceKind.Handshake, Note = $"ready: the peer is {what.PeerSocketType}, ZMTP {what.PeerVersion}" });
                break;
            case ZmqEventKind.HandshakeFailed: log.Write(e with { Kind = TraceKind.Error, Note = "handshake failed: " + what.Reason }); break;
            case ZmqEventKind.CommandSent when wire: Wire(e, TraceDirection.Out, what.Bytes, what.WireFlags); break;
            case ZmqEventKind.CommandReceived when wire: Wire(e, TraceDirection.In, what.Bytes, what.WireFlags); break;
            case ZmqEventKind.FrameSent: Frame(e, what, TraceDirection.Out); break;
            case ZmqEventKind.FrameReceived: Frame(e, what, TraceDirection.In); break;
            case ZmqEventKind.Subscribed: log.Write(e with { Kind = TraceKind.Subscribe, Note = what.Bytes.IsEmpty ? "everything" : null }, what.Bytes); break;
            case ZmqEventKind.Cancelled: log.Write(e with { Kind = TraceKind.Cancel }, what.Bytes); break;
            case ZmqEventKind.QueueFull: log.Write(e with { Kind = TraceKind.QueueFull, Count = what.Count, Note = $"the queue to this peer is at its high-water mark: {what.Count:N0} messages" }); break;
            case ZmqEventKind.Disconnected: log.Write(e with { Kind = TraceKind.Disconnect }); break;
            case ZmqEventKind.Retrying: log.Write(e with { Kind = TraceKind.Retry, Note = $"again in {what.Wait.TotalMilliseconds:0} ms{(what.Reason is { } why ? ": " + why : "")}" }); break;
            default: break;
        }
    }

    // The engine counts the connections of all sockets; a reader of one role's journal wants 1, 2, 3.
    private int Number(long connection)
    {
        lock (_gate)
        {
            return _numbers.TryGetValue(connection, out var number) ? number : _numbers[connection] = log.NextConnection();
        }
    }

    private void Keep(in ZmqEvent what)
    {
        switch (what.Kind)
        {
            case ZmqEventKind.HandshakeDone:
                _ready.Add(what.ConnectionId);
                _silent.Add(what.ConnectionId);
                break;
            case ZmqEventKind.Accepted or ZmqEventKind.Connected when what.Remote?.StartsWith("inproc:", StringComparison.Ordinal) == true:
                // Within the process there are no greetings: whoever is there is ready.
                _ready.Add(what.ConnectionId);
                break;
            case ZmqEventKind.FrameReceived: _silent.Remove(what.ConnectionId); break;
            case ZmqEventKind.Subscribed: _subscribers.Add(what.ConnectionId); break;
            case ZmqEventKind.Dropped:
                _dropped += what.Count;
                _droppedFull += what.Drop == ZmqDropKind.QueueFull ? what.Count : 0;
                break;
            case ZmqEventKind.Disconnected:
                _ready.Remove(what.ConnectionId);
                _silent.Remove(what.ConnectionId);
                _subscribers.Remove(what.ConnectionId);
                _partial.Remove((what.ConnectionId, TraceDirection.In));
                _partial.Remove((what.ConnectionId, TraceDirection.Out));
                break;
            default: break;
        }
    }
#endif
}
