namespace SocketLab.ZeroMq;

/// <summary>What a <see cref="ZmqEvent"/> reports.</summary>
public enum ZmqEventKind
{
    /// <summary>A listener is bound (<see cref="ZmqEvent.Local"/>).</summary>
    Listening,
    /// <summary>A listener could not be bound (<see cref="ZmqEvent.Local"/>, <see cref="ZmqEvent.Reason"/>).</summary>
    BindFailed,
    /// <summary>A listener was closed; or a connecting endpoint was given up, because the peer sent an ERROR (<see cref="ZmqEvent.Reason"/>).</summary>
    Closed,
    /// <summary>A connection attempt begins.</summary>
    Connecting,
    /// <summary>The transport is connected; the handshake follows.</summary>
    Connected,
    /// <summary>A connection was accepted; the handshake follows.</summary>
    Accepted,
    /// <summary>Accepting failed (<see cref="ZmqEvent.Reason"/>).</summary>
    AcceptFailed,
    /// <summary>Our greeting went out.</summary>
    GreetingSent,
    /// <summary>The peer's greeting came in.</summary>
    GreetingReceived,
    /// <summary>Both sides are ready: peer socket type, version and identity are known.</summary>
    HandshakeDone,
    /// <summary>The handshake failed (<see cref="ZmqEvent.Reason"/>).</summary>
    HandshakeFailed,
    /// <summary>A frame of a message is handed to the system.</summary>
    FrameSent,
    /// <summary>A frame of a message arrived.</summary>
    FrameReceived,
    /// <summary>A command is handed to the system.</summary>
    CommandSent,
    /// <summary>A command arrived.</summary>
    CommandReceived,
    /// <summary>The peer subscribed to a topic (<see cref="ZmqEvent.Bytes"/>).</summary>
    Subscribed,
    /// <summary>The peer cancelled a topic.</summary>
    Cancelled,
    /// <summary>
    /// Messages were dropped: <see cref="ZmqEvent.Count"/> of them. <see cref="ZmqEvent.Drop"/> says of which kind that is, and
    /// <see cref="ZmqEvent.Reason"/> why in words.
    /// </summary>
    Dropped,
    /// <summary>
    /// The queue to the peer has reached its high-water mark, with <see cref="ZmqEvent.Count"/> messages in it, and one more found no
    /// room. Told again only after the queue was emptied by half.
    /// </summary>
    QueueFull,
    /// <summary>The connection ended (<see cref="ZmqEvent.Reason"/>).</summary>
    Disconnected,
    /// <summary>Another attempt follows after <see cref="ZmqEvent.Wait"/>.</summary>
    Retrying,
}

/// <summary>Of which kind a drop is, of which <see cref="ZmqEventKind.Dropped"/> tells. <see cref="ZmqEvent.Reason"/> has it in words.</summary>
public enum ZmqDropKind
{
    /// <summary>No drop: the event is of another kind.</summary>
    None,
    /// <summary>The peer's queue had no room: it reads too slowly, or not at all.</summary>
    QueueFull,
    /// <summary>It was queued for a peer that has gone, or cut by the end of its connection.</summary>
    PeerGone,
    /// <summary>A ROUTER was given a message for a routing id that no peer has, or nothing but a routing id.</summary>
    NoSuchPeer,
    /// <summary>The peer sent it without the form that this socket type needs: REP's empty delimiter.</summary>
    Malformed,
    /// <summary>The program does not receive, and what a peer may make it keep is bounded.</summary>
    Unreceived,
}

/// <summary>
/// Something that happened on a connection, as it happens. It lives only during the callback: copy what is to be kept.
/// </summary>
public readonly ref struct ZmqEvent
{
    /// <summary>What happened.</summary>
    public ZmqEventKind Kind { get; init; }

    /// <summary>Number of the connection, from 1 on in this process; 0 for listeners.</summary>
    public long ConnectionId { get; init; }

    /// <summary>Our end, such as <c>tcp://127.0.0.1:5678</c>.</summary>
    public string? Local { get; init; }

    /// <summary>The peer's end.</summary>
    public string? Remote { get; init; }

    /// <summary>Flags octet of a frame or command as it is on the wire: 1 MORE, 2 LONG, 4 COMMAND (RFC 37, framing).</summary>
    public byte WireFlags { get; init; }

    /// <summary>Body of the frame or command, the greeting, or the topic.</summary>
    public ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>Ordinal of the message on this connection and direction, from 0 on.</summary>
    public long MessageIndex { get; init; }

    /// <summary>Ordinal of the frame in its message, from 0 on.</summary>
    public int FrameIndex { get; init; }

    /// <summary>How many messages it concerns; of a frame that is sent: how many more wait for this peer.</summary>
    public long Count { get; init; }

    /// <summary>Of which kind a drop is.</summary>
    public ZmqDropKind Drop { get; init; }

    /// <summary>Time until the next attempt.</summary>
    public TimeSpan Wait { get; init; }

    internal ErrorCode Code { get; init; }

    /// <summary>Why it happened, in plain words.</summary>
    public string? Reason { get; init; }

    /// <summary>The peer's socket type, after the handshake.</summary>
    public string? PeerSocketType { get; init; }

    /// <summary>The peer's ZMTP version, such as 3.1.</summary>
    public string? PeerVersion { get; init; }

    /// <summary>The peer's identity; empty when it gave none.</summary>
    public ReadOnlySpan<byte> PeerIdentity { get; init; }
}

/// <summary>
/// Sees what passes on a socket's connections. It is called by whichever thread does the work, often with locks held: it must be quick,
/// must not call the socket, and what it throws is ignored.
/// </summary>
public delegate void ZmqObserver(in ZmqEvent what);

/// <summary>What one peer's queues have done.</summary>
/// <param name="Endpoint">Where the peer is.</param>
/// <param name="Queued">Messages waiting to be sent.</param>
/// <param name="Sent">Messages handed to the system.</param>
/// <param name="Received">Messages that arrived.</param>
/// <param name="Dropped">Messages that were not queued because the queue was full, or lost with a connection.</param>
/// <param name="IsConnected">Whether the handshake is done and the connection stands.</param>
public sealed record ZmqPeerStatistics(string Endpoint, long Queued, long Sent, long Received, long Dropped, bool IsConnected);
