using System.Net;

namespace SocketLab.Transport.Udp;

/// <summary>Where a <see cref="UdpEchoServer"/> binds, and what it answers.</summary>
public sealed record UdpEchoServerOptions
{
    /// <summary>Where to bind; port 0: the kernel chooses.</summary>
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>Bytes that one receive takes; what is longer is cut. 65,507 is the longest payload over IPv4 (RFC 768, RFC 791).</summary>
    public int BufferBytes { get; init; } = 65_507;

    /// <summary>Datagrams a second answered to one source; 0: no limit.</summary>
    public int RatePerSource { get; init; } = 100_000;

    /// <summary>A multicast group to join (RFC 1112).</summary>
    public IPAddress? MulticastGroup { get; init; }

    /// <summary>Stop after so many datagrams; 0: never.</summary>
    public long StopAfter { get; init; }

    /// <summary>Use the loop that a student reads even where a faster one would do; for tests and measurements.</summary>
    internal bool PlainLoop { get; init; }
}
