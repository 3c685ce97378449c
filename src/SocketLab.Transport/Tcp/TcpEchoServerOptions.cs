using System.Net;

namespace SocketLab.Transport.Tcp;

/// <summary>How a <see cref="TcpEchoServer"/> listens, and what it allows.</summary>
public sealed record TcpEchoServerOptions
{
    /// <summary>Where to listen; port 0: the kernel chooses.</summary>
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>Connections that the kernel keeps waiting for accept (listen(2)).</summary>
    public int Backlog { get; init; } = 128;

    /// <summary>TCP_NODELAY: an echo's small writes must not wait for the peer's acknowledgement (Nagle, RFC 896).</summary>
    public bool NoDelay { get; init; } = true;

    /// <summary>SO_REUSEADDR: bind although connections of an earlier run are still in TIME_WAIT.</summary>
    public bool ReuseAddress { get; init; } = true;

    /// <summary>Bytes that one receive takes at most.</summary>
    public int BufferBytes { get; init; } = 64 * 1024;

    /// <summary>Connections at once; one more is reset as soon as it is accepted.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>Connections at once from one address.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 512;

    /// <summary>Close a connection that neither sends nor takes anything for so long; zero: never.</summary>
    public TimeSpan IdleTimeout { get; init; }

    /// <summary>End each connection with a reset (SO_LINGER 0) instead of a FIN.</summary>
    public bool ResetOnClose { get; init; }

    /// <summary>Stop after so many connections have come and gone; 0: never.</summary>
    public long StopAfter { get; init; }

    /// <summary>Use the loop that a student reads even where a faster one would do; for tests and measurements.</summary>
    internal bool PlainLoop { get; init; }
}
