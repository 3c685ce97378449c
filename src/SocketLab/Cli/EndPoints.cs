using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace SocketLab.Cli;

/// <summary>Addresses and ports on the command line.</summary>
internal static class EndPoints
{
    public const double LongestSeconds = 86_400;

    /// <summary>The port that a server takes.</summary>
    public static Option<int> PortOption(int port) => PortOption(port, "Port; 0 on a server: the kernel chooses", 0);

    /// <summary>The port that a client talks to.</summary>
    public static Option<int> PeerPortOption(int port) => PortOption(port, "The server's port", 1);

    private static Option<int> PortOption(int port, string description, int least)
    {
        var option = new Option<int>("--port", "-p") { Description = description, DefaultValueFactory = _ => port, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= least && n <= IPEndPoint.MaxPort))
            {
                result.AddError($"--port {result.Tokens[0].Value}: a port is a number from {least} to 65535");
            }
        });
        return option;
    }

    public static Option<string> BindOption() => new("--bind", "-b")
    {
        Description = "Address to bind: 127.0.0.1 is this machine only, 0.0.0.0 every IPv4 interface, :: every interface",
        DefaultValueFactory = _ => "127.0.0.1",
        HelpName = "ADDRESS",
    };

    public static Option<string> HostOption()
    {
        var option = new Option<string>("--host", "-H") { Description = "Host to talk to: a name or an address", DefaultValueFactory = _ => "127.0.0.1", HelpName = "HOST" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && WhyNotAHost(result.Tokens[0].Value) is { } reason)
            {
                result.AddError($"--host {result.Tokens[0].Value}: {reason}");
            }
        });
        return option;
    }

    /// <summary>Host and port as one writes them, an IPv6 address in brackets: <c>[::1]:5677</c>.</summary>
    public static string Text(string host, int port) => host.Contains(':') && !host.StartsWith('[') ? $"[{host}]:{port}" : $"{host}:{port}";

    private static string? WhyNotAHost(string host)
    {
        const int longestName = 253; // RFC 1035, section 2.3.4
        if (host.Length is 0 or > longestName)
        {
            return $"a host's name has 1 to {longestName} characters";
        }
        return IPAddress.TryParse(host, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            ? "that is every address of a machine, for a server to bind; talk to one of them, such as 127.0.0.1 or ::1"
            : null;
    }

    /// <summary>A duration in seconds, fractions allowed.</summary>
    public static Option<double> SecondsOption(string name, double seconds, string description)
    {
        var option = new Option<double>(name)
        {
            Description = description,
            DefaultValueFactory = _ => seconds,
            HelpName = "SECONDS",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1
                && !(double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) && n >= 0 && n <= LongestSeconds))
            {
                result.AddError($"{name} {result.Tokens[0].Value}: a number of seconds from 0 to 86400, such as 0.5");
            }
        });
        return option;
    }

    /// <summary>A whole number within bounds.</summary>
    public static Option<int> NumberOption(string name, int value, string description, int least, int most = int.MaxValue)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1
                && !(int.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) && n >= least && n <= most))
            {
                result.AddError($"{name} {result.Tokens[0].Value}: a whole number from {least:N0} to {most:N0}");
            }
        });
        return option;
    }

    /// <summary>The end point to bind; a name is resolved, to IPv4 first.</summary>
    public static async Task<IPEndPoint> ToBindAsync(string address, int port, CancellationToken cancel)
    {
        var literal = address switch { "*" => "0.0.0.0", "localhost" => "127.0.0.1", _ => address.Trim('[', ']') };
        if (IPAddress.TryParse(literal, out var ip))
        {
            return new IPEndPoint(ip, port);
        }
        try
        {
            var all = await Dns.GetHostAddressesAsync(literal, cancel).ConfigureAwait(false);
            return new IPEndPoint(all.OrderBy(one => one.AddressFamily).First(), port);
        }
        catch (SocketException e)
        {
            throw new LabException($"bind {address}: no such host", $"give an address of this machine ({e.SocketErrorCode})", ExitCode.CouldNotRun);
        }
    }

    /// <summary>For a server on a wildcard address: the addresses that others can use.</summary>
    public static IEnumerable<IPEndPoint> ToGiveOut(IPEndPoint bound) => !bound.Address.Equals(IPAddress.Any) && !bound.Address.Equals(IPAddress.IPv6Any)
        ? []
        : from nic in NetworkInterface.GetAllNetworkInterfaces()
          where nic.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown
          from unicast in nic.GetIPProperties().UnicastAddresses
          where !IPAddress.IsLoopback(unicast.Address) && !unicast.Address.IsIPv6LinkLocal
          where unicast.Address.AddressFamily == AddressFamily.InterNetwork || bound.AddressFamily == AddressFamily.InterNetworkV6
          select new IPEndPoint(unicast.Address, bound.Port);
}
