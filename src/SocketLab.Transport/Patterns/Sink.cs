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
    /// <summary>Whose results those are that come without a name.</summary>
    public const string Unnamed = "(unnamed)";

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);
    private readonly PullSocket _socket = new();
    private readonly SortedDictionary<string, WorkerShare> _shares = new(StringComparer.Ordinal);
    private readonly WireObserver _observer;
    private readonly TimeSpan _patience;
    private readonly PatternOptions _options;
    private readonly TraceLog _log;
    private long _start;

    /// <param name="options">Where to bind or connect.</param>
    /// <param name="log">The journal.</param>
    /// <param name="patience">
    /// How long to wait for what is missing when the batch is over and nobody is there to bring it; 5 s if not given: longer than a worker
    /// takes to reconnect.
    /// </param>
    public Sink(PatternOptions options, TraceLog? log = null, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        (_patience, _log) = (patience ?? TimeSpan.FromSeconds(5), log ?? TraceLog.Off);
        _observer = options.Observer(_log);
        EndPoint = options.Open(_socket, _log, _observer);
    }

    /// <summary>Where it is bound.</summary>
    public string EndPoint { get; }

    /// <summary>Results that came.</summary>
    public long Results { get; private set; }

    /// <summary>Tasks that there were, as the end markers tell; -1: no marker came.</summary>
    public long Expected { get; private set; } = -1;

    /// <summary>From the first result's arrival until the last one's, plus the first one's work.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Workers that are connected and have brought nothing.</summary>
    public int Idle => _observer.Silent;

    /// <summary>Whose results they were.</summary>
    public IReadOnlyDictionary<string, WorkerShare> Shares => _shares;

    /// <summary>Time at work over time elapsed: how much faster than one worker alone.</summary>
    public double SpeedUp => Elapsed > TimeSpan.Zero ? _shares.Values.Sum(share => share.Work.TotalSeconds) / Elapsed.TotalSeconds : 0;

    /// <summary>
    /// Gathers until every worker has passed on its end marker, or cancelled; tells of each result. A worker that was killed passes none
    /// on: once one marker came, all results are an end too, and so is having nobody connected for as long as its patience lasts.
    /// </summary>
    public void Run(Action<string, byte[]> tell, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(tell);
        List<byte[]>? frames = null;
        var (ended, markers) = (0, int.MaxValue);
        var silence = new Silence(this);
        while (!cancel.IsCancellationRequested && ended < markers)
        {
            if (!_socket.TryReceiveMultipartBytes(Turn, ref frames))
            {
                if (Expected >= 0 && silence.IsTheEnd())
                {
                    return;
                }
                continue;
            }
            silence.Broken();
            if (TallyOf(frames!) is { } tally)
            {
                (Expected, markers) = tally;
                ended++;
            }
            else
            {
                Take(frames!, tell);
            }
        }
    }

    /// <summary>What an end marker tells, <c>END | tasks workers | name</c>; null: it is a result.</summary>
    private static (long Tasks, int Workers)? TallyOf(List<byte[]> frames) =>
        frames is [var first, var tally, _] && first.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(Ventilator.End))
        && Encoding.UTF8.GetString(tally).Split(' ') is [var tasks, var workers]
        && long.TryParse(tasks, CultureInfo.InvariantCulture, out var expected) && int.TryParse(workers, CultureInfo.InvariantCulture, out var markers)
            ? (expected, markers) : null;

    private void Take(List<byte[]> frames, Action<string, byte[]> tell)
    {
        // worker | task | seconds, as our worker sends it; anything else is a result of somebody who gives no name.
        var (name, body, seconds) = frames is [var who, var task, var time] && double.TryParse(Encoding.UTF8.GetString(time), CultureInfo.InvariantCulture, out var worked)
            ? (Encoding.UTF8.GetString(who), task, worked)
            : (Unnamed, frames[0], 0);
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

    /// <summary>The time in which nothing came after the batch was over, and what it means.</summary>
    private sealed class Silence(Sink sink)
    {
        private long _since;
        private bool _alone;

        public void Broken() => _since = 0;

        public bool IsTheEnd()
        {
            var (all, alone) = (sink.Results >= sink.Expected, sink._observer.Ready == 0);
            if (all && (alone || !WireObserver.SeesPeers))
            {
                return true;
            }
            // Who is connected and has results to bring may take as long as it likes.
            if (!WireObserver.SeesPeers || !all && !alone)
            {
                _since = 0;
                return false;
            }
            if (_since == 0 || _alone != alone)
            {
                (_since, _alone) = (Stopwatch.GetTimestamp(), alone);
                Say(alone);
            }
            return Stopwatch.GetElapsedTime(_since) >= sink._patience;
        }

        private void Say(bool alone)
        {
            if (sink._log.IsOn)
            {
                var missing = Math.Max(0, sink.Expected - sink.Results);
                var patience = sink._patience.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
                sink._log.Write(new TraceEvent
                {
                    Kind = TraceKind.Waiting,
                    Count = missing,
                    Note = alone
                        ? $"{missing:N0} result{(missing == 1 ? " is" : "s are")} missing and no worker is connected: giving up in {patience} s unless one comes"
                        : $"all results came, but a worker has not said that it is done: waiting {patience} s for it",
                });
            }
        }
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _options.Close(_socket, _log);
}
