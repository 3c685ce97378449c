using System.Diagnostics;

namespace SocketLab.Transport.Trace;

/// <summary>A reader of the journal. It is called from one thread at a time, in order, and never from a transport's thread.</summary>
public interface ITraceView
{
    /// <summary>How many of each event's payload bytes it wants to see; <see cref="int.MaxValue"/>: all.</summary>
    int PayloadBytes { get; }

    /// <summary>One event. May be slow: the transports do not wait for it. What it throws is caught, and it is asked no more.</summary>
    void See(TraceEvent e);

    /// <summary>Called when the events at hand have all been seen, and at least once a second: the moment to flush.</summary>
    void Flush();
}

/// <summary>Events that a view has not shown.</summary>
/// <param name="View">Which view.</param>
/// <param name="Events">How many, at most.</param>
/// <param name="Fault">What it threw, where it failed; null: it was too slow.</param>
public sealed record TraceLoss(ITraceView View, long Events, string? Fault);

/// <summary>
/// The journal that every view reads. A transport writes an event and goes on: views read on threads of their own, from queues that
/// are bounded in events and bytes. A view that cannot keep up is told how many events it missed (<see cref="TraceKind.Gap"/>).
/// With no view attached <see cref="IsOn"/> is false and <see cref="Write"/> returns at once: no copy, no allocation.
/// </summary>
public sealed class TraceLog : IAsyncDisposable
{
    private readonly string _role;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Lock _gate = new();
    private TraceFeed[] _feeds = [];
    private TraceFeed[] _ended = [];
    private int _payloadBytes;
    private long _sequence;
    private int _connections;

    /// <param name="role">Who writes, as on the command line: <c>tcp-echo server</c>.</param>
    public TraceLog(string role) => _role = role;

    /// <summary>A journal that nobody reads.</summary>
    public static TraceLog Off { get; } = new("");

    /// <summary>Which views have not seen everything; complete once the journal is disposed.</summary>
    public IReadOnlyList<TraceLoss> Losses => [.. _ended.Concat(_feeds).Select(feed => feed.Loss).OfType<TraceLoss>()];

    /// <summary>Whether anybody reads. Ask before building an event on a hot path.</summary>
    public bool IsOn => _feeds.Length > 0;

    /// <summary>Called on the writing thread after each event, when set: it may block, which is how stepping holds a program still.</summary>
    public Action<TraceEvent>? Gate { get; set; }

    /// <summary>The next connection number: 1, 2, 3 … within this process.</summary>
    public int NextConnection() => Interlocked.Increment(ref _connections);

    /// <summary>Lets a view see every event from now on.</summary>
    /// <param name="view">The reader.</param>
    /// <param name="queueEvents">How many events may wait for it.</param>
    /// <param name="queueBytes">How many payload bytes may wait for it.</param>
    public void Attach(ITraceView view, int queueEvents = 65_536, long queueBytes = 64 << 20)
    {
        lock (_gate)
        {
            if (ReferenceEquals(this, Off))
            {
                throw new InvalidOperationException("TraceLog.Off has no readers");
            }
            _feeds = [.. _feeds, new TraceFeed(view, queueEvents, queueBytes)];
            _payloadBytes = _feeds.Max(feed => feed.PayloadBytes);
        }
    }

    /// <summary>
    /// Adds one event: fills in sequence, times and role, copies as much of the payload as a view wants, and queues it for each.
    /// Never blocks (but for <see cref="Gate"/>) and never throws.
    /// </summary>
    public void Write(TraceEvent e, ReadOnlySpan<byte> payload = default)
    {
        if (_feeds.Length == 0)
        {
            return;
        }
        var kept = payload[..Math.Min(payload.Length, _payloadBytes)];
        TraceEvent stamped;
        lock (_gate) // one lock, so that every view sees the same order as the sequence numbers
        {
            stamped = e with
            {
                Sequence = ++_sequence,
                ElapsedUs = (long)Stopwatch.GetElapsedTime(_start).TotalMicroseconds,
                Time = DateTimeOffset.UtcNow,
                Role = e.Role.Length > 0 ? e.Role : _role,
                Payload = kept.IsEmpty ? e.Payload : kept.ToArray(),
            };
            foreach (var feed in _feeds)
            {
                feed.Offer(stamped);
            }
        }
        Gate?.Invoke(stamped);
    }

    /// <summary>Completes when every view has seen, and flushed, all that was written before the call.</summary>
    public async ValueTask FlushAsync()
    {
        foreach (var feed in _feeds)
        {
            await feed.FlushAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Lets the views finish, for about a second at most, and detaches them. Views that are disposable are disposed.</summary>
    public async ValueTask DisposeAsync()
    {
        TraceFeed[] feeds;
        lock (_gate)
        {
            feeds = _feeds;
            (_feeds, _ended) = ([], [.. _ended, .. feeds]);
        }
        await Task.WhenAll(feeds.Select(feed => feed.DisposeAsync().AsTask())).ConfigureAwait(false);
    }
}
