using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace SocketLab.Bench;

/// <summary>The process that serves a port of this machine, to count its processor time. It is found by what /proc tells; elsewhere, it is not.</summary>
internal sealed class ServerProcess
{
    private const double TicksPerSecond = 100; // sysconf(_SC_CLK_TCK), the same on every Linux that .NET runs on
    private readonly int _id;

    private ServerProcess(int id) => _id = id;

    public static ServerProcess This { get; } = new(Environment.ProcessId);

    public bool IsThisProcess => _id == Environment.ProcessId;

    /// <summary>Whose is the socket that is bound to this end point? Null: another machine's, another user's, or not to be found.</summary>
    public static ServerProcess? Find(IPEndPoint server, bool udp)
    {
        try
        {
            return OperatingSystem.IsLinux() && IsOwnAddress(server.Address) && FindInode(server.Port, udp) is { } inode
                && FindOwner($"socket:[{inode}]") is { } id ? new ServerProcess(id) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // only the figure is missing
        }
    }

    /// <summary>User and system seconds so far, with those of its children: some servers fork for each connection. Null: it is gone.</summary>
    public double? CpuSeconds() => CpuSeconds(_id);

    // proc(5): fields 14 to 17 of stat are its own user and system time and that of the children it has waited for.
    private static double? CpuSeconds(int id)
    {
        try
        {
            var fields = File.ReadAllText($"/proc/{id}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return (fields[11..15].Sum(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) / TicksPerSecond) + Children(id).Sum(child => CpuSeconds(child) ?? 0);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static IEnumerable<int> Children(int id) => Directory.EnumerateDirectories($"/proc/{id}/task").Select(thread => $"{thread}/children").Where(File.Exists)
        .SelectMany(file => File.ReadAllText(file).Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(child => int.Parse(child, CultureInfo.InvariantCulture));

    // A line of /proc/net/tcp: sl local(address:port, hex) remote state … inode. A listening socket has the state 0A, an unconnected UDP one 07.
    private static string? FindInode(int port, bool udp)
    {
        var (family, state) = udp ? ("udp", "07") : ("tcp", "0A");
        var ending = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        return ((string[])[$"/proc/net/{family}", $"/proc/net/{family}6"]).Where(File.Exists)
            .SelectMany(file => File.ReadLines(file).Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(fields => fields[3] == state && fields[1].EndsWith(ending, StringComparison.Ordinal))?[9];
    }

    private static bool IsOwnAddress(IPAddress address) => IPAddress.IsLoopback(address)
        || NetworkInterface.GetAllNetworkInterfaces().Any(nic => nic.GetIPProperties().UnicastAddresses.Any(one => one.Address.Equals(address)));

    private static int? FindOwner(string link)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            try
            {
                if (Directory.EnumerateFileSystemEntries($"{folder}/fd").Any(fd => new FileInfo(fd).LinkTarget == link))
                {
                    return int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile, or is another user's.
            }
        }
        return null;
    }
}
