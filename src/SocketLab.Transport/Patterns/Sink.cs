using System.Diagnostics;
using System.Globalization;
using System.Text;
using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Patterns;

/// <summary>One worker's part of a run.</summary>
/// <param name="Tasks">Results that came from it.</param>
/// <param name="Work">Its time at work.</param>
public sealed record WorkerShare(long Tasks, TimeSpan Work);

/// <summary>Pipeline, the last stage: pulls results from all workers (fair queue), and counts whose they are.</summary>
public sealed class Sink : IDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);
    private readonly PullSocket _socket = new();
    private readonly SortedDictionary<string, WorkerShare> _shares = new(StringComparer.Ordinal);
    private readonly TraceLog _log;
    private long _start;

    /// <param name="options">Where to bind or connect.</param>
    /// <param name="log">The journal.</param>
    public Sink(PatternOptions options, TraceLog? log = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _log = log ?? TraceLog.Off;
        EndPoint = options.Open(_socket, _log);
    }

    /// <summary>Where it is bound.</summary>
    public string EndPoint { get; }

    /// <summary>Results that came.</summary>
    public long Results { get; private set; }

    /// <summary>Tasks that there were, as the end markers tell; -1: no marker came.</summary>
    public long Expected { get; private set; } = -1;

    /// <summary>From the first result's arrival until the last one's, plus the first one's work.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Whose results they were.</summary>
    public IReadOnlyDictionary<string, WorkerShare> Shares => _shares;

    /// <summary>Time at work over time elapsed: how much faster than one worker alone.</summary>
    public double SpeedUp => Elapsed > TimeSpan.Zero ? _shares.Values.Sum(share => share.Work.TotalSeconds) / Elapsed.TotalSeconds : 0;

    /// <summary>Gathers until every worker has passed on its end marker, or cancelled; tells of each result.</summary>
    public void Run(Action<string, byte[]> tell, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(tell);
        List<byte[]>? frames = null;
        var ended = 0;
        while (!cancel.IsCancellationRequested)
        {
            if (!_socket.TryReceiveMultipartBytes(Turn, ref frames))
            {
                continue;
            }
            if (frames is [var first, var tally, _] && first.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(Ventilator.End)))
            {
                var numbers = Encoding.UTF8.GetString(tally).Split(' ');
                if (numbers is [var tasks, var workers] && long.TryParse(tasks, CultureInfo.InvariantCulture, out var expected)
                    && int.TryParse(workers, CultureInfo.InvariantCulture, out var markers))
                {
                    Expected = expected;
                    // A worker that was killed passes no marker on; all results together are an end too.
                    if (++ended >= markers || Results >= expected)
                    {
                        return;
                    }
                }
                continue;
            }
            Take(frames!, tell);
            if (Expected >= 0 && Results >= Expected)
            {
                return;
            }
        }
    }

    private void Take(List<byte[]> frames, Action<string, byte[]> tell)
    {
        // worker | task | seconds, as our worker sends it; anything else is a result of somebody who gives no name.
        var (name, body, seconds) = frames is [var who, var task, var time] && double.TryParse(Encoding.UTF8.GetString(time), CultureInfo.InvariantCulture, out var worked)
            ? (Encoding.UTF8.GetString(who), task, worked)
            : ("(unnamed)", frames[0], 0);
        var now = Stopwatch.GetTimestamp();
        if (Results++ == 0)
        {
            _start = now - (long)(seconds * Stopwatch.Frequency);
        }
        Elapsed = Stopwatch.GetElapsedTime(_start, now);
        var share = _shares.GetValueOrDefault(name) ?? new WorkerShare(0, TimeSpan.Zero);
        _shares[name] = new WorkerShare(share.Tasks + 1, share.Work + TimeSpan.FromSeconds(seconds));
        tell(name, body);
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => PatternOptions.Close(_socket, _log);
}
