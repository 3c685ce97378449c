namespace SocketLab.ZeroMq.Internal;

/// <summary>When a wait ends, on the monotonic millisecond clock. A negative time-out never ends.</summary>
internal readonly struct Deadline
{
    private readonly long _atMs;

    private Deadline(long atMs) => _atMs = atMs;

    public static Deadline After(TimeSpan timeout) =>
        timeout < TimeSpan.Zero || timeout.TotalMilliseconds > int.MaxValue
            ? new(long.MaxValue)
            : new(Environment.TickCount64 + (long)Math.Ceiling(timeout.TotalMilliseconds));

    /// <summary>What is left in milliseconds; -1 for ever, 0 when it has passed.</summary>
    public int RemainingMs => _atMs == long.MaxValue ? -1 : (int)Math.Max(0, _atMs - Environment.TickCount64);

    public TimeSpan Remaining => TimeSpan.FromMilliseconds(RemainingMs);
}
