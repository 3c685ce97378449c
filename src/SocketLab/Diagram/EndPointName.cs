using System.Globalization;

namespace SocketLab.Diagram;

/// <summary>An end point as a trace writes it, taken apart for comparing: <c>127.0.0.1:5677</c>, <c>[::1]:5677</c>, <c>tcp://…</c>, <c>ipc:///path</c>.</summary>
internal readonly record struct EndPointName(string Host, int Port)
{
    public static EndPointName Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return new EndPointName("*", 0);
        }
        var rest = text.StartsWith("tcp://", StringComparison.Ordinal) ? text[6..] : text;
        var colon = rest.LastIndexOf(':');
        if (rest.Contains("://", StringComparison.Ordinal) || colon < 0
            || !int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return new EndPointName(rest, 0);
        }
        var host = rest[..colon].Trim('[', ']');
        // An IPv4 peer of a socket that is bound to :: is written in the mapped form.
        host = host.StartsWith("::ffff:", StringComparison.OrdinalIgnoreCase) && host.Contains('.') ? host[7..] : host;
        return new EndPointName(host is "0.0.0.0" or "::" ? "*" : host, port);
    }

    public bool IsMulticast => System.Net.IPAddress.TryParse(Host, out var ip) && (ip.IsIPv6Multicast
        || ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && (ip.GetAddressBytes()[0] & 0xF0) == 0xE0
        || ip.Equals(System.Net.IPAddress.Broadcast));

    /// <summary>Whether both may be one socket's name: a wildcard address is any address, port 0 any port.</summary>
    public bool Fits(EndPointName other) =>
        (Host == other.Host || Host == "*" || other.Host == "*") && (Port == other.Port || (Host == "*" && Port == 0) || (other.Host == "*" && other.Port == 0));
}
