using System.Diagnostics;

namespace SocketLab.Bench;

/// <summary>Monotonic time in nanoseconds.</summary>
internal static class Clock
{
    private static readonly long PerSecond = Stopwatch.Frequency;

    public static long Ns
    {
        get
        {
            var ticks = Stopwatch.GetTimestamp();
            return PerSecond == 1_000_000_000 ? ticks : (long)((Int128)ticks * 1_000_000_000 / PerSecond);
        }
    }

    public static long ToNs(double seconds) => (long)(seconds * 1e9);
}
