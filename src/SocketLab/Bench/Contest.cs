using System.Net;

namespace SocketLab.Bench;

/// <summary>A server to be measured, and the load it gets.</summary>
/// <param name="Name">What the report calls it.</param>
/// <param name="Plan">The load.</param>
/// <param name="Server">Where it is; null: one of our own, in this process.</param>
internal sealed record Contestant(string Name, LoadPlan Plan, IPEndPoint? Server)
{
    /// <summary>Somebody's publisher or ventilator: what it sent is not known, so neither is what was lost.</summary>
    public bool IsArrivals => !Plan.IsRoundTrip && Server is not null;
}

/// <summary>A contestant with what its rounds gave.</summary>
internal sealed class Standing(Contestant contestant)
{
    public Contestant Contestant { get; } = contestant;

    public List<Measurement> Rounds { get; } = [];

    public double? GeneratorBusy => Rounds.Max(round => round.GeneratorBusy);

    /// <summary>The median of the rounds' rates, messages a second.</summary>
    public double Rate => Spread.Of(Rounds.Select(round => round.Rate)).Median;

    /// <summary>The median of the rounds' rates in megabytes a second.</summary>
    public double MegabytesPerSecond => Spread.Of(Rounds.Select(round => round.MegabytesPerSecond)).Median;

    /// <summary>All rounds' counts and histograms together.</summary>
    public Measurement Total()
    {
        var total = new Measurement(Contestant.Plan);
        Rounds.ForEach(total.Add);
        return total;
    }

    /// <summary>Processor seconds a million messages, over all rounds; null where they are not known.</summary>
    public double? CpuPerMillion(Func<CpuUse, double?> which)
    {
        var messages = Rounds.Sum(round => round.Count);
        return messages == 0 || Rounds.Any(round => which(round.Cpu) is null) ? null : Rounds.Sum(round => which(round.Cpu)!.Value) / messages * 1e6;
    }
}

/// <summary>Measures several servers in turn, in an order shuffled each round: what else the machine does meanwhile hits all alike.</summary>
internal sealed class Contest(IReadOnlyList<Contestant> contestants, int rounds)
{
    /// <summary>An interrupted run ends by itself, being over; a server that says nothing more may not hold it up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public IReadOnlyList<Standing> Standings { get; private set; } = [.. contestants.Select(one => new Standing(one))];

    public int Rounds => rounds;

    public int Contestants => contestants.Count;

    /// <summary>Seconds that were measured, when it was interrupted.</summary>
    public double? InterruptedAfter { get; private set; }

    /// <param name="begun">Told of each measurement as it begins, so that its progress can be shown.</param>
    /// <param name="cancel">Ends it; what was measured by then stands.</param>
    /// <exception cref="OperationCanceledException">Cancelled before anything was measured.</exception>
    public async Task RunAsync(Action<int, Contestant, Measurement> begun, CancellationToken cancel)
    {
        var random = new Random(contestants[0].Plan.Seed);
        var targets = new List<Target>();
        try
        {
            foreach (var one in contestants)
            {
                targets.Add(Target.Open(one));
            }
            for (var round = 1; round <= rounds && !cancel.IsCancellationRequested; round++)
            {
                var order = Enumerable.Range(0, contestants.Count).ToArray();
                random.Shuffle(order);
                foreach (var i in order.TakeWhile(_ => !cancel.IsCancellationRequested))
                {
                    var measured = new Measurement(contestants[i].Plan);
                    begun(round, contestants[i], measured);
                    if (await MeasureAsync(targets[i], measured, cancel))
                    {
                        Standings[i].Rounds.Add(measured);
                    }
                }
            }
        }
        finally
        {
            foreach (var target in targets)
            {
                await target.DisposeAsync();
            }
        }
        if (cancel.IsCancellationRequested)
        {
            Standings = [.. Standings.Where(one => one.Rounds.Count > 0)];
            InterruptedAfter = Standings.Sum(one => one.Rounds.Sum(round => round.Seconds));
            if (Standings.Count == 0)
            {
                cancel.ThrowIfCancellationRequested();
            }
        }
    }

    /// <returns>False: it was interrupted before anything counted.</returns>
    private static async Task<bool> MeasureAsync(Target target, Measurement measured, CancellationToken cancel)
    {
        using var stop = new CancellationTokenSource();
        using var interrupted = cancel.Register(() => stop.CancelAfter(measured.CutShort(Clock.Ns) ? Patience : TimeSpan.Zero));
        try
        {
            // A thread of its own: what the load costs is that thread's processor time, and nothing else waits behind it.
            await Task.Factory.StartNew(() => target.Measure(measured, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return measured.Count > 0;
        }
        catch (Exception e) when (cancel.IsCancellationRequested && e is (OperationCanceledException or LoadException))
        {
            return measured.Count > 0;
        }
    }
}
