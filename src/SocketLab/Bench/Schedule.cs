namespace SocketLab.Bench;

/// <summary>
/// When messages are due in an open loop: one every so often, the connections in turn, fixed before the first is sent. A server that
/// stalls does not change it, so what became due meanwhile is late, and counts as late.
/// </summary>
internal readonly struct Schedule(double rate, int connections, long startNs)
{
    // A sleeping thread wakes some 50 to 100 µs late: what is nearer than that is waited for awake.
    private const long AwakeNs = 80_000;
    private readonly double _periodNs = 1e9 / rate;

    /// <summary>When message <paramref name="k"/> of a connection is due.</summary>
    public long DueNs(int connection, long k) => DueNs((k * connections) + connection);

    /// <summary>When message <paramref name="number"/> of all is due.</summary>
    public long DueNs(long number) => startNs + (long)(number * _periodNs);

    /// <summary>How long to sleep until then; 0: no longer worth it.</summary>
    public static long SleepNs(long nowNs, long dueNs) => Math.Max(0, dueNs - nowNs - AwakeNs);
}
