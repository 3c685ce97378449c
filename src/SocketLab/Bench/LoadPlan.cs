namespace SocketLab.Bench;

/// <summary>What is measured: each bench pattern is one kind of traffic.</summary>
internal enum Work
{
    UdpEcho,
    TcpEcho,
    ReqRep,
    PubSub,
    Pipeline,
}

/// <summary>How much load, of what kind, for how long.</summary>
internal sealed record LoadPlan
{
    public required Work Work { get; init; }

    public int Connections { get; init; } = 1;

    public int SizeBytes { get; init; } = 64;

    /// <summary>Messages under way at once on one connection.</summary>
    public int Depth { get; init; } = 1;

    /// <summary>Messages a second on all connections together, whatever the server does (open loop); 0: the next when a reply has come (closed loop).</summary>
    public double Rate { get; init; }

    public double WarmupSeconds { get; init; } = 0.5;

    public double Seconds { get; init; } = 3;

    /// <summary>A datagram without a reply for so long is lost; a stream without one is an error.</summary>
    public double TimeoutSeconds { get; init; } = 5;

    public int Seed { get; init; } = 1;

    public bool IsOpenLoop => Rate > 0;

    /// <summary>A reply comes back for each message; otherwise they go one way.</summary>
    public bool IsRoundTrip => Work is Work.UdpEcho or Work.TcpEcho or Work.ReqRep;

    public bool IsZeroMq => Work is Work.ReqRep or Work.PubSub or Work.Pipeline;

    /// <summary>The name on the command line: <c>tcp-echo</c>.</summary>
    public string Pattern => Work switch
    {
        Work.UdpEcho => "udp-echo",
        Work.TcpEcho => "tcp-echo",
        Work.ReqRep => "reqrep",
        Work.PubSub => "pubsub",
        _ => "pipeline",
    };
}
