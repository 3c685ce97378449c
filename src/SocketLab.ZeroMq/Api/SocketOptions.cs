namespace SocketLab.ZeroMq;

/// <summary>
/// How a socket behaves. Options hold for what is bound or connected after they are set; what this project adds to NetMQ's options
/// says so.
/// </summary>
public class SocketOptions
{
    private byte[] _identity = [];
    private readonly ZmqSocket _socket;

    /// <summary>The options of a socket.</summary>
    public SocketOptions(ZmqSocket socket) => _socket = socket;

    /// <summary>The routing id that a ROUTER peer will know this socket by: 1 to 255 bytes, the first not zero. Empty: the peer chooses.</summary>
    /// <exception cref="InvalidException">It is too long or begins with a zero byte.</exception>
    public byte[] Identity
    {
        get => _identity;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Length > 255 || (value.Length > 0 && value[0] == 0))
            {
                throw new InvalidException("an identity has at most 255 bytes and does not begin with a zero byte");
            }
            _identity = value;
        }
    }

    /// <summary>Messages that may wait for one peer before sending blocks or drops. 0: no limit but the one in bytes. Default 1,000.</summary>
    public int SendHighWatermark { get; set; } = 1000;

    /// <summary>Messages of one peer that may wait here before reading from it pauses. 0: no limit but the one in bytes. Default 1,000.</summary>
    public int ReceiveHighWatermark { get; set; } = 1000;

    /// <summary>Bytes that may wait for one peer; one message may exceed it. Default 64 MiB. An addition to NetMQ's options.</summary>
    public long SendHighWatermarkBytes { get; set; } = 64L << 20;

    /// <summary>Bytes of one peer that may wait here before reading from it pauses. Default 64 MiB. An addition to NetMQ's options.</summary>
    public long ReceiveHighWatermarkBytes { get; set; } = 64L << 20;

    /// <summary>How long <see cref="ZmqSocket.Dispose()"/> may wait for what is still to be sent. Default 2 s; SUB and XSUB 0.</summary>
    public TimeSpan Linger { get; set; } = ZmqConfig.DefaultLinger;

    /// <summary>The longest message (all its frames) that a peer may send, in bytes. Default 64 MiB; -1: no limit.</summary>
    public long MaxMsgSize { get; set; } = 64L << 20;

    /// <summary>The most frames that a message from a peer may have. Default 1,024. An addition to NetMQ's options.</summary>
    public int MaxFramesPerMessage { get; set; } = 1024;

    /// <summary>The most topics that one peer may subscribe to. Default 10,000. An addition to NetMQ's options.</summary>
    public int MaxTopicsPerPeer { get; set; } = 10_000;

    /// <summary>How long a peer may take for greeting and READY. Default 10 s. An addition to NetMQ's options.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>First wait before connecting again; a random part of the same length is added. Default 100 ms; negative: never.</summary>
    public TimeSpan ReconnectInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The wait doubles up to this one. Zero: it does not grow. Default zero.</summary>
    public TimeSpan ReconnectIntervalMax { get; set; } = TimeSpan.Zero;

    /// <summary>How often a silent connection is asked for a sign of life. Default 2 s; zero: never.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a connection may be silent before it is given up. Default 6 s; zero: three intervals.</summary>
    public TimeSpan HeartbeatTimeout { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>What the peer is told to wait for a sign of life from here. Default zero: it decides.</summary>
    public TimeSpan HeartbeatTtl { get; set; } = TimeSpan.Zero;

    /// <summary>Connections that the system may keep waiting to be accepted. Default 100.</summary>
    public int Backlog { get; set; } = 100;

    /// <summary>Bytes of the system's send buffer; 0: the system decides.</summary>
    public int SendBuffer { get; set; }

    /// <summary>Bytes of the system's receive buffer; 0: the system decides.</summary>
    public int ReceiveBuffer { get; set; }

    /// <summary>Bind <c>*</c> and resolve names to IPv4 alone. Default true.</summary>
    public bool IPv4Only { get; set; } = true;

    /// <summary>Queue for a peer only while it is connected (libzmq's ZMQ_IMMEDIATE). Default false.</summary>
    public bool DelayAttachOnConnect { get; set; }

    /// <summary>Whether the system probes idle TCP connections.</summary>
    public bool TcpKeepalive { get; set; }

    /// <summary>How long a TCP connection is idle before it is probed; zero: the system decides.</summary>
    public TimeSpan TcpKeepaliveIdle { get; set; }

    /// <summary>Time between probes; zero: the system decides.</summary>
    public TimeSpan TcpKeepaliveInterval { get; set; }

    /// <summary>ROUTER: sending to an unknown routing id throws <see cref="HostUnreachableException"/>, to a full peer waits.</summary>
    public bool RouterMandatory { internal get; set; }

    /// <summary>ROUTER: a new peer with the routing id of an old one takes its place; else it is not heard.</summary>
    public bool RouterHandover { internal get; set; }

    /// <summary>REQ: put a number before each request, and take only the reply that carries it.</summary>
    public bool Correlate { get; set; }

    /// <summary>
    /// REQ: a new request may be sent before the reply has come; the late reply is thrown away. With <see cref="Correlate"/> it is told by its number;
    /// without, the connection is given up for a new one (within the process, over inproc, a late reply cannot be told then).
    /// </summary>
    public bool Relaxed { get; set; }

    /// <summary>XPUB: hand every subscription to the program, not only the first of a topic.</summary>
    public bool XPubVerbose { internal get; set; }

    /// <summary>XPUB: hand every subscription and every cancellation to the program. An addition to NetMQ's options.</summary>
    public bool XPubVerboser { internal get; set; }

    /// <summary>XPUB: subscriptions take effect only when the program calls Subscribe or Unsubscribe, for the peer last heard.</summary>
    public bool ManualPublisher { internal get; set; }

    /// <summary>XPUB and PUB: wait for a full subscriber (time-outs hold) instead of dropping for it. An addition to NetMQ's options.</summary>
    public bool NoDrop { get; set; }

    /// <summary>Keep only the newest message each way. PUSH, PULL, PUB, SUB, DEALER; single frames. An addition to NetMQ's options.</summary>
    public bool Conflate { get; set; }

    /// <summary>What was bound or connected last, with the port that the system chose.</summary>
    public string? LastEndpoint { get; internal set; }

    /// <summary>Whether the frame received last is followed by another of its message.</summary>
    public bool ReceiveMore => _socket.ReceivedMore;

    internal int HeartbeatTimeoutMs => HeartbeatTimeout > TimeSpan.Zero
        ? (int)HeartbeatTimeout.TotalMilliseconds
        : (int)HeartbeatInterval.TotalMilliseconds * 3;
}
