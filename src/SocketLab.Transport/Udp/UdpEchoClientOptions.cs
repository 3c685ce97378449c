using System.Net;

namespace SocketLab.Transport.Udp;

/// <summary>Whom a <see cref="UdpEchoClient"/> sends to, and how it waits.</summary>
public sealed record UdpEchoClientOptions
{
    /// <summary>A name or an address; a multicast group or a broadcast address too.</summary>
    public required string Host { get; init; }

    /// <summary>1 to 65535.</summary>
    public required int Port { get; init; }

    /// <summary>How long to wait for each reply.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Bytes that one receive takes; what is longer is cut.</summary>
    public int BufferBytes { get; init; } = 65_507;

    /// <summary>connect(2) the socket: datagrams of others are not let in, and ICMP errors are heard.</summary>
    public bool Connected { get; init; }

    /// <summary>SO_BROADCAST: allow a broadcast address.</summary>
    public bool Broadcast { get; init; }
}

/// <summary>One reply.</summary>
/// <param name="Payload">What came back, as much as fitted the buffer.</param>
/// <param name="From">Who sent it.</param>
/// <param name="CutBytes">How many bytes did not fit; -1: some, and the system does not say how many.</param>
/// <param name="RoundTrip">From before the send until after the receive.</param>
public sealed record UdpReply(byte[] Payload, IPEndPoint From, int CutBytes, TimeSpan RoundTrip);
