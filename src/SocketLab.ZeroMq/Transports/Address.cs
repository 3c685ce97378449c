using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SocketLab.ZeroMq.Transports;

/// <summary>An endpoint taken apart: <c>tcp://host:port</c>, <c>ipc://path</c> or <c>inproc://name</c>.</summary>
internal sealed record Address(string Text, string Scheme, string Rest)
{
    public const int LongestPathBytes = 107;

    public bool IsInproc => Scheme == "inproc";

    public bool IsIpc => Scheme == "ipc";

    public static Address Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int mark = text.IndexOf("://", StringComparison.Ordinal);
        if (mark <= 0 || mark + 3 == text.Length)
        {
            throw new InvalidException($"{text}: an endpoint looks like tcp://127.0.0.1:5555, ipc:///tmp/name or inproc://name");
        }
        var address = new Address(text, text[..mark], text[(mark + 3)..]);
        if (address.Scheme is not ("tcp" or "ipc" or "inproc"))
        {
            throw new ProtocolNotSupportedException($"{text}: transports are tcp://, ipc:// and inproc://");
        }
        return address;
    }

    /// <summary>Host and port of a tcp endpoint. A port of <c>*</c> or 0 lets the system choose.</summary>
    public (string Host, int Port) HostAndPort(bool binding)
    {
        int colon = Rest.LastIndexOf(':');
        string portText = colon < 0 ? "" : Rest[(colon + 1)..];
        int port = 0;
        bool any = binding && portText == "*";
        if (colon <= 0 || (!any && !int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out port)) || port > 65535)
        {
            throw new InvalidException($"{Text}: a tcp endpoint ends with :port, a number up to 65535");
        }
        if (!binding && port == 0)
        {
            throw new InvalidException($"{Text}: to connect, the port must be given");
        }
        return (Rest[..colon].Trim('[', ']'), port);
    }

    /// <summary>Where to bind: <c>*</c> is every interface; names are resolved.</summary>
    public EndPoint ToBind(bool ipv4Only)
    {
        if (IsIpc)
        {
            return UnixEndPoint();
        }
        var (host, port) = HostAndPort(binding: true);
        if (host == "*")
        {
            return new IPEndPoint(ipv4Only ? IPAddress.Any : IPAddress.IPv6Any, port);
        }
        return new IPEndPoint(IPAddress.TryParse(host, out var ip) ? ip : Resolve(host, ipv4Only), port);
    }

    public UnixDomainSocketEndPoint UnixEndPoint()
    {
        string path = Rest.StartsWith('@') ? "\0" + Rest[1..] : Rest;
        if (System.Text.Encoding.UTF8.GetByteCount(path) > LongestPathBytes)
        {
            throw new InvalidException($"{Text}: an ipc path has at most {LongestPathBytes} bytes");
        }
        return new UnixDomainSocketEndPoint(path);
    }

    private IPAddress Resolve(string host, bool ipv4Only)
    {
        try
        {
            return Dns.GetHostAddresses(host, ipv4Only ? AddressFamily.InterNetwork : AddressFamily.Unspecified)[0];
        }
        catch (Exception error) when (error is SocketException or IndexOutOfRangeException)
        {
            throw new ZmqException(ErrorCode.AddressNotAvailable, $"{Text}: no such host or interface", error);
        }
    }
}
