using System.Globalization;
using System.Text;
using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Patterns;

/// <summary>Pipeline, the middle: pulls a task, works, pushes the result on to the sink, until the end marker comes.</summary>
public sealed class Worker : IDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);
    private readonly PullSocket _tasks = new();
    private readonly PushSocket? _results;
    private readonly WorkTime _work;
    private readonly string _name;
    private readonly PatternOptions _options;
    private readonly TraceLog _log;

    /// <param name="name">How the sink is to call it.</param>
    /// <param name="tasks">Where the ventilator is.</param>
    /// <param name="results">Where the sink is; none: results go nowhere.</param>
    /// <param name="work">How long a task takes.</param>
    /// <param name="log">The journal.</param>
    public Worker(string name, PatternOptions tasks, PatternOptions? results, WorkTime work, TraceLog? log = null)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        (_name, _options, _work, _log) = (name, tasks, work, log ?? TraceLog.Off);
        if (results is not null)
        {
            _results = new PushSocket();
            results.Open(_results, _log);
        }
        // Connected last: tasks arrive from this moment on.
        EndPoint = tasks.Open(_tasks, _log);
    }

    /// <summary>Where it takes its tasks from.</summary>
    public string EndPoint { get; }

    /// <summary>Tasks done.</summary>
    public long Done { get; private set; }

    /// <summary>Works until the end marker, or cancelled; tells of each task when it is done.</summary>
    public void Run(Action<byte[], TimeSpan> tell, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(tell);
        List<byte[]>? task = null;
        while (!cancel.IsCancellationRequested)
        {
            if (!_tasks.TryReceiveMultipartBytes(Turn, ref task))
            {
                continue;
            }
            if (task is [var first, var tally] && first.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(Ventilator.End)))
            {
                PushOn([first, tally, Encoding.UTF8.GetBytes(_name)], cancel);
                return;
            }
            // Receive first, then work: working before receiving would add a task's time to every run.
            var duration = _work.Next();
            if (duration > TimeSpan.Zero && cancel.WaitHandle.WaitOne(duration))
            {
                return;
            }
            Done++;
            tell(task![0], duration);
            PushOn([Encoding.UTF8.GetBytes(_name), task[0], Encoding.UTF8.GetBytes(duration.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture))], cancel);
        }
    }

    private void PushOn(List<byte[]> frames, CancellationToken cancel)
    {
        while (_results is not null && !_results.TrySendMultipartBytes(Turn, frames))
        {
            if (cancel.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Closes both sockets, waiting for results that are still queued as long as linger says.</summary>
    public void Dispose()
    {
        _options.Close(_tasks, _log);
        if (_results is not null)
        {
            _options.Close(_results, _log);
        }
    }
}
