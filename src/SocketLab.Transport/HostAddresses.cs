using System.Net;
using System.Net.Sockets;

namespace SocketLab.Transport;

/// <summary>Which addresses a host's name stands for, in the order in which a client tries them.</summary>
internal static class HostAddresses
{
    /// <summary>
    /// What the system's resolver says (getaddrinfo(3)). <c>localhost</c> is always both loopback addresses, whatever the hosts file
    /// leaves out (RFC 6761, section 6.3): a server on one of them does not hear the other.
    /// </summary>
    /// <exception cref="SocketException">HostNotFound: no such host.</exception>
    public static async Task<IPAddress[]> OfAsync(string host, CancellationToken cancel)
    {
        var addresses = await Dns.GetHostAddressesAsync(host, cancel).ConfigureAwait(false);
        if (!host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return addresses;
        }
        IPAddress[] loopback = Socket.OSSupportsIPv6 ? [IPAddress.IPv6Loopback, IPAddress.Loopback] : [IPAddress.Loopback];
        return [.. loopback.Union(addresses)];
    }
}
