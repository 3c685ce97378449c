namespace SocketLab.Transport.Trace;

/// <summary>The bounded queue between the journal and one view, and the thread that empties it.</summary>
internal sealed class TraceFeed : IAsyncDisposable
{
    private const int TurnMs = 1000;
    private static readonly TimeSpan FinishTime = TimeSpan.FromSeconds(1), LastWords = TimeSpan.FromSeconds(0.2);

    private readonly ITraceView _view;
    private readonly int _queueEvents;
    private readonly long _queueBytes;
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _work = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<object> _waiting = []; // TraceEvent, or TaskCompletionSource: a flush that somebody waits for
    private long _waitingBytes;
    private long _missed;
    private long _leftOut;
    private string? _fault;
    private volatile bool _abandoned;
    private bool _ending;

    public TraceFeed(ITraceView view, int queueEvents, long queueBytes)
    {
        (_view, _queueEvents, _queueBytes) = (view, queueEvents, queueBytes);
        PayloadBytes = view.PayloadBytes;
        new Thread(Pump) { IsBackground = true, Name = "journal: " + view.GetType().Name }.Start();
    }

    public int PayloadBytes { get; }

    /// <summary>What the view has not shown, and why; null: it has shown everything.</summary>
    public TraceLoss? Loss => Interlocked.Read(ref _leftOut) is > 0 and var events ? new TraceLoss(_view, events, _fault) : null;

    public void Offer(TraceEvent e)
    {
        lock (_gate)
        {
            if (_ending)
            {
                return;
            }
            if (_waiting.Count >= _queueEvents || _waitingBytes + e.Payload.Length > _queueBytes)
            {
                _missed++;
                Interlocked.Increment(ref _leftOut);
                return;
            }
            if (_missed > 0)
            {
                _waiting.Add(Gap(_missed, e));
                _missed = 0;
            }
            _waiting.Add(e);
            _waitingBytes += e.Payload.Length;
        }
        _work.Set();
    }

    public Task FlushAsync()
    {
        var flushed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_ending)
            {
                return _done.Task;
            }
            _waiting.Add(flushed);
        }
        _work.Set();
        return flushed.Task;
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _ending = true;
        }
        _work.Set();
        // A view that hangs (a full pipe, a stopped terminal) must not hold up the end of the program.
        if (await Task.WhenAny(_done.Task, Task.Delay(FinishTime)).ConfigureAwait(false) != _done.Task)
        {
            _abandoned = true; // what still waits is left out, and the view is told so
            await Task.WhenAny(_done.Task, Task.Delay(LastWords)).ConfigureAwait(false);
        }
    }

    private void Pump()
    {
        var broken = false;
        var batch = new List<object>();
        while (true)
        {
            _work.Wait(TurnMs);
            _work.Reset();
            bool last;
            lock (_gate)
            {
                (batch, _waiting) = (_waiting, batch);
                _waitingBytes = 0;
                last = _ending;
                if (last && _missed > 0)
                {
                    batch.Add(Gap(_missed, null));
                }
            }
            if (broken)
            {
                LeaveOut(batch.Count(IsOfTheJournal));
            }
            else
            {
                broken = !Show(batch);
            }
            // Whoever waits for a flush is let go even when the view is broken.
            foreach (var flushed in batch.OfType<TaskCompletionSource>())
            {
                flushed.TrySetResult();
            }
            batch.Clear();
            if (last)
            {
                End();
                return;
            }
        }
    }

    private bool Show(List<object> batch)
    {
        var all = batch.Count(IsOfTheJournal);
        var left = all;
        try
        {
            foreach (var e in batch.OfType<TraceEvent>().TakeWhile(_ => !_abandoned))
            {
                _view.See(e);
                left -= IsOfTheJournal(e) ? 1 : 0;
            }
            if (left > 0)
            {
                _view.See(Gap(left, null));
                LeaveOut(left);
            }
            _view.Flush();
            return true;
        }
        catch (Exception e)
        {
            // Its output is gone (disk full, pipe closed) or it has a fault: the experiment goes on without this view.
            _fault = e.Message;
            LeaveOut(all); // how much of this batch it has written nobody knows
            return false;
        }
    }

    private static bool IsOfTheJournal(object item) => item is TraceEvent { Kind: not TraceKind.Gap };

    private void LeaveOut(int events) => Interlocked.Add(ref _leftOut, events);

    private void End()
    {
        try
        {
            (_view as IDisposable)?.Dispose();
        }
        catch (Exception)
        {
            // As above: nothing that a view does may end the program.
        }
        _done.TrySetResult();
    }

    private static TraceEvent Gap(long missed, TraceEvent? next) => new()
    {
        Kind = TraceKind.Gap,
        Sequence = next?.Sequence - 1 ?? 0,
        ElapsedUs = next?.ElapsedUs ?? 0,
        Time = next?.Time ?? DateTimeOffset.UtcNow,
        Role = next?.Role ?? "",
        Count = missed,
        Note = $"{missed:N0} events left out here: they came faster than they could be written",
    };
}
