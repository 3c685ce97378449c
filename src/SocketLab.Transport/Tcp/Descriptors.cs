using System.Net.Sockets;

namespace SocketLab.Transport.Tcp;

/// <summary>
/// How near the process is to its limit of open files (RLIMIT_NOFILE, <c>ulimit -n</c>). A few are kept back: the runtime itself
/// needs one to load code that has not run yet, and ends the process when it gets none. The kernel always gives the lowest free
/// number (open(2)), so the number of the newest descriptor tells how many are in use.
/// </summary>
internal static class Descriptors
{
    private const int KeptBack = 16;

    private static readonly long Last = Limit() - KeptBack;

    /// <summary>Whether what was opened just now is among the last.</summary>
    public static bool AreShort(Socket newest) => newest.Handle >= Last;

    /// <summary>Whether the next one would be among the last.</summary>
    public static bool AreShort()
    {
        try
        {
            using var probe = File.OpenHandle("/dev/null");
            return probe.DangerousGetHandle() >= Last;
        }
        catch (IOException)
        {
            return true; // none at all
        }
    }

    private static long Limit()
    {
        const string row = "Max open files";
        if (OperatingSystem.IsLinux() && File.Exists("/proc/self/limits"))
        {
            foreach (var line in File.ReadLines("/proc/self/limits"))
            {
                if (line.StartsWith(row, StringComparison.Ordinal)
                    && long.TryParse(line[row.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], out var soft))
                {
                    return Math.Max(soft, 2 * KeptBack);
                }
            }
        }
        return long.MaxValue;
    }
}
