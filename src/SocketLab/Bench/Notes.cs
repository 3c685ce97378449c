namespace SocketLab.Bench;

/// <summary>What the reader of the figures has to know before believing them.</summary>
internal static class Notes
{
    private const double BusyShare = 0.9;
    private const double Noticeable = 0.1;

    public static List<string> Of(Contest contest, bool own)
    {
        var notes = new List<string>();
        var plan = contest.Standings[0].Contestant.Plan;
        if (contest.InterruptedAfter is { } seconds)
        {
            notes.Add(string.Create(Figures.Plain, $"interrupted: {seconds:0.0} s were measured of {plan.Seconds * contest.Rounds * contest.Contestants:0.0} s that were asked for."));
        }
        foreach (var one in contest.Standings)
        {
            var total = one.Total();
            if (one.GeneratorBusy is > BusyShare and var busy)
            {
                notes.Add($"{one.Contestant.Name}: the load generator was at work {busy:0%} of the time, so it may be the limit: the server may do more than this.");
            }
            if (total.OwnDelay.Count > 0 && total.OwnDelay.QuantileNs(0.5) > Noticeable * total.Latency.QuantileNs(0.5))
            {
                notes.Add($"{one.Contestant.Name}: half of the messages were sent {Figures.Duration(total.OwnDelay.QuantileNs(0.5))} or more after they were due by the load generator's own delay; it is part of the latencies.");
            }
            if (total.Unanswered > 0)
            {
                var (many, were) = total.Unanswered == 1 ? ("1 message", "it counts with the time it") : ($"{Figures.Count(total.Unanswered)} messages", "they count with the time they");
                var which = plan.IsOpenLoop ? $"{many} that {(total.Unanswered == 1 ? "was" : "were")} due" : $"{many} under way";
                notes.Add($"{one.Contestant.Name}: {which} had no answer when the run ended; {were} had waited by then.");
            }
            // What the generator itself was late is not the server's stall.
            var ownP99 = total.OwnDelay.Count > 0 ? total.OwnDelay.QuantileNs(0.99) : 0;
            if (plan.IsOpenLoop && plan.IsRoundTrip && total.FromSend.Count > 0 && 2 * ownP99 < total.Latency.QuantileNs(0.99) && total.Latency.QuantileNs(0.99) > 2 * total.FromSend.QuantileNs(0.99))
            {
                notes.Add($"{one.Contestant.Name}: counted from the send, p99 would be {Figures.Duration(total.FromSend.QuantileNs(0.99))} instead of {Figures.Duration(total.Latency.QuantileNs(0.99))}: that is coordinated omission.");
            }
            if (total.Latency.MaxNs > Histogram.LongestNs)
            {
                notes.Add($"{one.Contestant.Name}: latencies over 60 s are counted as 60 s.");
            }
        }
        if (own && Environment.ProcessorCount < 4)
        {
            notes.Add($"server and load generator share {Environment.ProcessorCount} processors here: compare ratios, not figures.");
        }
        if (!plan.IsOpenLoop && plan.IsRoundTrip)
        {
            notes.Add("closed loop: while the server stalls nothing more is sent, so a stall is one slow message here; --rate N shows what users would see.");
        }
        return notes;
    }
}
