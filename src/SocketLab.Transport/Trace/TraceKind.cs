namespace SocketLab.Transport.Trace;

/// <summary>
/// What happened: a socket call, or what a call brought about. In JSON a kind is written in lower case with hyphens
/// (<see cref="EndOfStream"/> is <c>end-of-stream</c>). New kinds may be added within a schema version; none changes its meaning.
/// </summary>
public enum TraceKind
{
    // ── calls on a raw socket ────────────────────────────────────────────────────────────────────────────────────────
    /// <summary>A socket was made (socket(2)); note: its type and family.</summary>
    Create,
    /// <summary>An option was set (setsockopt(2)); note: name and value.</summary>
    Option,
    /// <summary>A local address was taken (bind(2)).</summary>
    Bind,
    /// <summary>Connections are queued from here on (listen(2)); count: the backlog.</summary>
    Listen,
    /// <summary>Ready to be used: what a script waits for.</summary>
    Ready,
    /// <summary>A connection was made, or a datagram socket got its fixed peer (connect(2)).</summary>
    Connect,
    /// <summary>A queued connection was taken (accept(2)).</summary>
    Accept,
    /// <summary>Bytes were handed to the kernel (send(2), sendto(2)), or a message to a ZeroMQ socket.</summary>
    Send,
    /// <summary>Bytes were taken from the kernel (recv(2), recvfrom(2)), or a message from a ZeroMQ socket.</summary>
    Receive,
    /// <summary>One direction was ended (shutdown(2)): a FIN goes out.</summary>
    Shutdown,
    /// <summary>The socket was closed (close(2)).</summary>
    Close,

    // ── what comes of them ───────────────────────────────────────────────────────────────────────────────────────────
    /// <summary>A datagram was longer than the buffer: count bytes of it are gone (-1: the kernel does not say how many).</summary>
    Cut,
    /// <summary>The peer ended its direction (FIN): a receive of 0 bytes. Sending to it may still work.</summary>
    EndOfStream,
    /// <summary>The peer ended the connection at once (RST, ECONNRESET); bytes under way are lost.</summary>
    Reset,
    /// <summary>Nobody listens there (RST in answer to SYN, ECONNREFUSED).</summary>
    Refused,
    /// <summary>Sent on a connection whose peer is gone (EPIPE).</summary>
    BrokenPipe,
    /// <summary>ICMP said that nobody has that UDP port; a connected socket hears of it on its next call.</summary>
    Unreachable,
    /// <summary>Nothing came within the time allowed.</summary>
    Timeout,
    /// <summary>A limit was reached, and somebody was turned away for it; note: which limit.</summary>
    Limit,
    /// <summary>Something arrived and was passed over on purpose; note: why.</summary>
    Ignored,
    /// <summary>Waiting for something that has not happened yet; note: for what.</summary>
    Waiting,
    /// <summary>Any other failure; error: the socket error's name.</summary>
    Error,
    /// <summary>A sentence for the reader that no call stands behind.</summary>
    Note,
    /// <summary>A view had to leave out count events, since they came faster than it could write.</summary>
    Gap,

    // ── ZeroMQ ───────────────────────────────────────────────────────────────────────────────────────────────────────
    /// <summary>A ZMTP greeting (64 octets) passed (RFC 23, "greeting").</summary>
    Greeting,
    /// <summary>Both READY commands passed: messages may flow (RFC 23, "handshake"); note: the peer's socket type.</summary>
    Handshake,
    /// <summary>A frame or command as it stood on the wire, flags and length included; only seen where the wire is asked for.</summary>
    Wire,
    /// <summary>A subscription was added; payload: the topic prefix.</summary>
    Subscribe,
    /// <summary>A subscription was taken back; payload: the topic prefix.</summary>
    Cancel,
    /// <summary>A queue reached its high-water mark; count: messages in it.</summary>
    QueueFull,
    /// <summary>Messages were thrown away; count: how many; note: why.</summary>
    Drop,
    /// <summary>A ZeroMQ connection ended; note: why.</summary>
    Disconnect,
    /// <summary>A connection or request is tried again; count: the attempt; note: after what wait.</summary>
    Retry,
}
