using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Patterns;

/// <summary>Where a pattern's socket binds and connects, and its limits. Either side may be the one that binds.</summary>
public sealed record PatternOptions
{
    private static readonly TimeSpan LingerWhenInterrupted = TimeSpan.FromSeconds(0.5);

    /// <summary>End points to bind: <c>tcp://127.0.0.1:5678</c>, <c>tcp://127.0.0.1:*</c>, <c>ipc:///tmp/name</c>, <c>inproc://name</c>.</summary>
    public IReadOnlyList<string> Bind { get; init; } = [];

    /// <summary>End points to connect to, now or when they appear.</summary>
    public IReadOnlyList<string> Connect { get; init; } = [];

    /// <summary>Messages that may wait for one peer in one direction (the high-water mark); 0: no limit.</summary>
    public int HighWatermark { get; init; } = 1000;

    /// <summary>How long closing waits for messages that are still queued.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Set when the user wants the end (Ctrl+C): from then on closing waits no longer than half a second.</summary>
    public CancellationToken Interrupted { get; init; }

    /// <summary>Put frames and greetings as they stand on the wire into the journal too.</summary>
    public bool Wire { get; init; }

    /// <summary>Put the greetings into the journal, though not every frame.</summary>
    public bool Greetings { get; init; }

    /// <summary>Prepares a socket, and binds and connects it. What it is bound to, with the port that the kernel chose.</summary>
    /// <exception cref="ZmqException">An address is in use, or not one.</exception>
    internal string Open(ZmqSocket socket, TraceLog log, WireObserver? observer = null)
    {
        socket.Options.SendHighWatermark = HighWatermark;
        socket.Options.ReceiveHighWatermark = HighWatermark;
        socket.Options.Linger = Linger;
        // Retries back off from a tenth of a second to one: a class that waits for its server should not fill the screen.
        socket.Options.ReconnectIntervalMax = TimeSpan.FromSeconds(1);
        if (log.IsOn)
        {
            log.Write(new TraceEvent { Kind = TraceKind.Create, Note = TypeOf(socket) + " socket" });
        }
        (observer ?? Observer(log)).Attach(socket);
        foreach (var address in Bind)
        {
            socket.Bind(address);
        }
        foreach (var address in Connect)
        {
            socket.Connect(address);
        }
        var endPoint = Bind.Count > 0 ? socket.Options.LastEndpoint ?? Bind[^1] : Connect.Count > 0 ? Connect[^1] : "";
        if (log.IsOn && Connect.Count > 0)
        {
            log.Write(new TraceEvent { Kind = TraceKind.Waiting, Peer = string.Join(", ", Connect), Note = "connecting: the other side may start later" });
        }
        return endPoint;
    }

    internal WireObserver Observer(TraceLog log, Action<int, string, int>? sent = null) => new(log, Wire, Greetings) { Sent = sent };

    /// <summary>Closes a socket, and says so when it is done.</summary>
    internal void Close(ZmqSocket socket, TraceLog log)
    {
        if (Interrupted.IsCancellationRequested && Linger > LingerWhenInterrupted)
        {
            socket.Options.Linger = LingerWhenInterrupted;
        }
        socket.Dispose();
        WireObserver.Finish(socket);
        if (log.IsOn)
        {
            log.Write(new TraceEvent { Kind = TraceKind.Close, Note = $"the {TypeOf(socket)} socket" });
        }
    }

    /// <summary>The type as ZMTP writes it in READY (RFC 37, section "Socket-Type").</summary>
    private static string TypeOf(ZmqSocket socket) => socket switch
    {
        RequestSocket => "REQ",
        ResponseSocket => "REP",
        DealerSocket => "DEALER",
        RouterSocket => "ROUTER",
        PublisherSocket => "PUB",
        SubscriberSocket => "SUB",
        XPublisherSocket => "XPUB",
        XSubscriberSocket => "XSUB",
        PushSocket => "PUSH",
        PullSocket => "PULL",
        _ => "PAIR",
    };
}
