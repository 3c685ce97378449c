namespace SocketLab.Bench;

/// <summary>What one run of load against one server gave. Written by the thread that makes the load; progress only peeks at the counts.</summary>
internal sealed class Measurement
{
    /// <summary>Points of the plots over time.</summary>
    public const int Slots = 100;

    private readonly long _slotNs;
    private readonly MeasuredTime _time;
    private long _count;

    public Measurement(LoadPlan plan) : this(plan, new MeasuredTime())
    {
    }

    private Measurement(LoadPlan plan, MeasuredTime time)
    {
        (Plan, _time) = (plan, time);
        _slotNs = Math.Max(1, Clock.ToNs(plan.Seconds) / Slots);
    }

    public LoadPlan Plan { get; }

    /// <summary>From when a message was due (open loop) or sent (closed loop) until its reply was there.</summary>
    public Histogram Latency { get; } = new();

    /// <summary>Open loop: from when it was sent, as a load generator that waits for replies would have it. The difference is what coordinated omission hides.</summary>
    public Histogram FromSend { get; } = new();

    /// <summary>Open loop: how much later than due the load generator sent although the connection had room: its own fault.</summary>
    public Histogram OwnDelay { get; } = new();

    /// <summary>Replies, or messages that arrived, in the time that is measured.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Not answered in time, or never arrived.</summary>
    public long Lost { get; set; }

    /// <summary>Replies that came after all, when they had been counted as lost.</summary>
    public long Late { get; set; }

    public long Duplicates { get; set; }

    /// <summary>
    /// Messages that had no answer when the run ended. Open loop: all that were due, those never sent included; closed loop: those that
    /// had waited longer than any reply took.
    /// </summary>
    public long Unanswered { get; set; }

    public CpuUse Cpu { get; set; }

    /// <summary>The part of the time for which the load generator's thread was at work; null: not known.</summary>
    public double? GeneratorBusy { get; set; }

    /// <summary>Replies in each hundredth of the time, and the longest latency among them.</summary>
    public long[] CountOverTime { get; } = new long[Slots];

    public long[] WorstNsOverTime { get; } = new long[Slots];

    public double Rate => Count / Seconds;

    /// <summary>Bytes that arrived, where the messages' size is not ours to choose.</summary>
    public long Bytes { get; set; }

    public double MegabytesPerSecond => Bytes > 0 ? Bytes / Seconds / 1e6 : Rate * Plan.SizeBytes / 1e6;

    /// <summary>When the measured time begins and ends.</summary>
    public long FromNs => Volatile.Read(ref _time.FromNs);

    public long EndNs => Volatile.Read(ref _time.EndNs);

    /// <summary>How long it was measured: less than planned when it was interrupted.</summary>
    public double Seconds => _time.IsCut ? Math.Max((EndNs - FromNs) / 1e9, 1e-9) : Plan.Seconds;

    /// <summary>What one of several threads counts of this run, in the same time.</summary>
    public Measurement Part() => new(Plan, _time);

    /// <summary>Fixes the time that counts: after the warm-up, for so long.</summary>
    public void Begin(long nowNs)
    {
        _time.FromNs = nowNs + Clock.ToNs(Plan.WarmupSeconds);
        Volatile.Write(ref _time.EndNs, _time.FromNs + Clock.ToNs(Plan.Seconds));
    }

    /// <summary>Ends the time that counts now, from another thread. False: nothing counts so far.</summary>
    public bool CutShort(long nowNs)
    {
        var begun = EndNs != long.MaxValue && nowNs > FromNs;
        if (begun && nowNs < EndNs)
        {
            _time.IsCut = true;
            Volatile.Write(ref _time.EndNs, nowNs);
        }
        return begun;
    }

    /// <summary>Counts a reply.</summary>
    /// <param name="nowNs">When it was there.</param>
    /// <param name="sinceNs">When its message was due, or sent in a closed loop.</param>
    /// <param name="sentNs">When it was sent.</param>
    public void Answered(long nowNs, long sinceNs, long sentNs)
    {
        var inTime = nowNs >= FromNs && nowNs < EndNs;
        if (inTime)
        {
            _count++;
            var slot = Math.Min((int)((nowNs - FromNs) / _slotNs), Slots - 1);
            CountOverTime[slot]++;
            WorstNsOverTime[slot] = Math.Max(WorstNsOverTime[slot], nowNs - sinceNs);
        }
        if (!Plan.IsOpenLoop)
        {
            if (inTime)
            {
                Latency.Record(nowNs - sinceNs);
            }
        }
        else if (sinceNs >= FromNs && sinceNs < EndNs)
        {
            Latency.Record(nowNs - sinceNs);
            if (Plan.IsRoundTrip)
            {
                FromSend.Record(nowNs - sentNs);
            }
        }
    }

    /// <summary>A message that was due and had no answer by the end has waited at least so long, which must not be left out.</summary>
    public void NotAnswered(long nowNs, long dueNs)
    {
        if (dueNs >= FromNs && dueNs < EndNs)
        {
            Unanswered++;
            Latency.Record(nowNs - dueNs);
        }
    }

    /// <summary>Takes in another thread's part of the same run.</summary>
    public void Add(Measurement other)
    {
        Latency.Add(other.Latency);
        FromSend.Add(other.FromSend);
        OwnDelay.Add(other.OwnDelay);
        _count += other._count;
        Bytes += other.Bytes;
        Lost += other.Lost;
        Late += other.Late;
        Duplicates += other.Duplicates;
        Unanswered += other.Unanswered;
        for (var i = 0; i < Slots; i++)
        {
            CountOverTime[i] += other.CountOverTime[i];
            WorstNsOverTime[i] = Math.Max(WorstNsOverTime[i], other.WorstNsOverTime[i]);
        }
    }
}

/// <summary>The time that counts, common to all threads of a run.</summary>
internal sealed class MeasuredTime
{
    public long FromNs;
    public long EndNs = long.MaxValue;
    public volatile bool IsCut;
}

/// <summary>Processor seconds of a run, as far as they can be told apart; null: not known.</summary>
/// <param name="Server">The server's.</param>
/// <param name="Generator">The load generator's.</param>
/// <param name="Together">Both, where they share threads.</param>
internal readonly record struct CpuUse(double? Server, double? Generator, double? Together)
{
    public double? All => Together ?? (Server + Generator);
}
