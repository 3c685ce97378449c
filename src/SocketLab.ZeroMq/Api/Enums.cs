namespace SocketLab.ZeroMq;

/// <summary>What a socket is ready for.</summary>
[Flags]
public enum PollEvents
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>A message can be received.</summary>
    PollIn = 1,
    /// <summary>A message can be sent.</summary>
    PollOut = 2,
    /// <summary>The socket failed.</summary>
    PollError = 4,
}

/// <summary>Flags of a <see cref="Msg"/>.</summary>
[Flags]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711", Justification = "NetMQ's name.")]
public enum MsgFlags
{
    /// <summary>No flag.</summary>
    None = 0,
    /// <summary>Another frame of the same message follows.</summary>
    More = 1,
    /// <summary>A protocol command.</summary>
    Command = 2,
    /// <summary>The frame holds a routing id.</summary>
    Identity = 64,
    /// <summary>The data is shared with other messages.</summary>
    Shared = 128,
}

/// <summary>Where the bytes of a <see cref="Msg"/> live.</summary>
public enum MsgType : byte
{
    /// <summary>Not initialised; using it is an error.</summary>
    Uninitialised = 0,
    /// <summary>No bytes.</summary>
    Empty = 101,
    /// <summary>An array that the garbage collector takes back.</summary>
    GC = 102,
    /// <summary>Pooled bytes; <see cref="Msg.Close"/> returns them.</summary>
    Pool = 103,
    /// <summary>The empty frame between envelope and body.</summary>
    Delimiter = 104,
}

/// <summary>Events that a monitor can be asked for.</summary>
[Flags]
public enum SocketEvents
{
    /// <summary>A connection was made.</summary>
    Connected = 1,
    /// <summary>A connection attempt is under way.</summary>
    ConnectDelayed = 2,
    /// <summary>An attempt failed, or a connection ended, and another attempt will follow.</summary>
    ConnectRetried = 4,
    /// <summary>A listener is bound.</summary>
    Listening = 8,
    /// <summary>A listener could not be bound.</summary>
    BindFailed = 16,
    /// <summary>A connection was accepted.</summary>
    Accepted = 32,
    /// <summary>A connection could not be accepted.</summary>
    AcceptFailed = 64,
    /// <summary>A listener was closed.</summary>
    Closed = 128,
    /// <summary>Closing failed.</summary>
    CloseFailed = 256,
    /// <summary>A connection ended.</summary>
    Disconnected = 512,
    /// <summary>A handshake was completed: messages may pass. An addition to NetMQ's, with libzmq's value.</summary>
    HandshakeSucceeded = 0x1000,
    /// <summary>A handshake failed; the reason is with it. An addition to NetMQ's, with libzmq's value.</summary>
    HandshakeFailed = 0x2000,
    /// <summary>Messages were dropped. An addition to NetMQ's.</summary>
    Dropped = 0x10000,
    /// <summary>The queue to a peer has reached its high-water mark. An addition to NetMQ's.</summary>
    QueueFull = 0x20000,
    /// <summary>All of them.</summary>
    All = Connected | ConnectDelayed | ConnectRetried | Listening | BindFailed | Accepted | AcceptFailed | Closed
        | CloseFailed | Disconnected | HandshakeSucceeded | HandshakeFailed | Dropped | QueueFull,
}

/// <summary>The socket types of RFC 28, 29, 30 and 31.</summary>
public enum ZmqSocketType
{
    /// <summary>PAIR: exactly one peer.</summary>
    Pair = 0,
    /// <summary>PUB: to every subscriber.</summary>
    Pub = 1,
    /// <summary>SUB: what was subscribed to.</summary>
    Sub = 2,
    /// <summary>REQ: one request, then one reply.</summary>
    Req = 3,
    /// <summary>REP: one request, then one reply.</summary>
    Rep = 4,
    /// <summary>DEALER: round robin out, fair queue in.</summary>
    Dealer = 5,
    /// <summary>ROUTER: by routing id.</summary>
    Router = 6,
    /// <summary>PULL: fair queue in.</summary>
    Pull = 7,
    /// <summary>PUSH: round robin out.</summary>
    Push = 8,
    /// <summary>XPUB: PUB that sees subscriptions.</summary>
    Xpub = 9,
    /// <summary>XSUB: SUB that sends subscriptions as messages.</summary>
    Xsub = 10,
    /// <summary>No type.</summary>
    None = -1,
}
