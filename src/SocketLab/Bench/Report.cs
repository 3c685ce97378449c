namespace SocketLab.Bench;

/// <summary>One line of the report: what it is, and a figure for each contestant, null where it is not known.</summary>
internal sealed record ReportRow(string Title, Func<Standing, Measurement, double?> Figure, Func<double, bool, string> Text);

/// <summary>What a contest's report says, whatever its form: a table here, JSON and HTML elsewhere.</summary>
internal static class Report
{
    public static readonly (string Name, double Q)[] Quantiles = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999)];

    public static List<ReportRow> Rows(Contest contest)
    {
        var plan = contest.Standings[0].Contestant.Plan;
        var rows = new List<ReportRow>
        {
            new("count", (_, total) => total.Count, (x, _) => Figures.Count(x)),
            new("rate, messages/s", (one, _) => one.Rate, (x, _) => Figures.Count(x)),
            new("MB/s", (one, _) => one.MegabytesPerSecond, (x, _) => Figures.Three(x)),
            new("min", (_, total) => Known(total.Latency, h => h.MinNs), Figures.Duration),
        };
        rows.AddRange(Quantiles.Select(one => new ReportRow(one.Name, (_, total) => Known(total.Latency, h => h.QuantileNs(one.Q)), Figures.Duration)));
        rows.Add(new("max", (_, total) => Known(total.Latency, h => h.MaxNs), Figures.Duration));
        rows.Add(new("lost", (one, total) => one.Contestant.IsArrivals ? null : total.Lost, (x, _) => Figures.Count(x)));
        if ((plan.IsOpenLoop && plan.IsRoundTrip) || contest.Standings.Any(one => one.Rounds.Any(round => round.Unanswered > 0)))
        {
            rows.Add(new("unanswered at the end", (_, total) => total.Unanswered, (x, _) => Figures.Count(x)));
        }
        if (plan.IsOpenLoop && plan.IsRoundTrip)
        {
            rows.Add(new("p99 from the send", (_, total) => Known(total.FromSend, h => h.QuantileNs(0.99)), Figures.Duration));
        }
        if (contest.Standings.Any(one => one.Rounds.Any(round => round.Late + round.Duplicates > 0)))
        {
            rows.Add(new("late", (_, total) => total.Late, (x, _) => Figures.Count(x)));
            rows.Add(new("twice", (_, total) => total.Duplicates, (x, _) => Figures.Count(x)));
        }
        AddCpu(rows, contest, "CPU s/M server", use => use.Server);
        AddCpu(rows, contest, "CPU s/M load", use => use.Generator);
        AddCpu(rows, contest, "CPU s/M both", use => use.All);
        return rows;
    }

    /// <summary>What a figure's ratio can be taken of.</summary>
    public static IEnumerable<(string Title, Func<Measurement, double?> Figure)> Ratios =>
    [
        ("rate", round => round.Rate),
        ("p50", round => round.Latency.QuantileNs(0.5)),
        ("p99", round => round.Latency.QuantileNs(0.99)),
        ("CPU both", round => round.Cpu.All / Math.Max(round.Count, 1)),
    ];

    /// <summary>What was done, in one line.</summary>
    public static string Title(Contest contest)
    {
        var plan = contest.Standings[0].Contestant.Plan;
        var same = contest.Standings.All(one => one.Contestant.Plan.Work == plan.Work);
        var loop = plan.IsOpenLoop ? $"open loop at {Figures.Count(plan.Rate)}/s" : plan.IsRoundTrip ? $"closed loop, {Many(plan.Depth, "message")} under way on each" : "as fast as it goes";
        var rounds = contest.Rounds > 1 ? $"{contest.Rounds} rounds of " : "";
        return $"{(same ? plan.Pattern : "compare")}: {Many(plan.Connections, "connection")}, {Figures.Count(plan.SizeBytes)} B, {loop}; {rounds}{plan.Seconds.ToString(Figures.Plain)} s after {plan.WarmupSeconds.ToString(Figures.Plain)} s of warm-up";
    }

    /// <summary>What the latency is.</summary>
    public static string Clocked(LoadPlan plan, bool arrivals) => arrivals ? "time between two messages"
        : (plan.IsRoundTrip ? "round trip" : "one way") + (plan.IsOpenLoop ? ", from when the message was due" : plan.IsRoundTrip ? "" : ", queues included");

    private static double? Known(Histogram histogram, Func<Histogram, double> figure) => histogram.Count > 0 ? figure(histogram) : null;

    private static string Many(int count, string noun) => $"{Figures.Count(count)} {noun}{(count == 1 ? "" : "s")}";

    private static void AddCpu(List<ReportRow> rows, Contest contest, string title, Func<CpuUse, double?> which)
    {
        if (contest.Standings.Any(one => one.CpuPerMillion(which) is not null))
        {
            rows.Add(new(title, (one, _) => one.CpuPerMillion(which), (x, _) => Figures.Three(x)));
        }
    }
}
