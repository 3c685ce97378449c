using System.Globalization;
using SocketLab.Cli;
using SocketLab.Transport.Patterns;

namespace SocketLab.Commands;

/// <summary>What a pipeline tells at its end: the pusher's round robin and the puller's fair queue, as counts.</summary>
internal static class PipelineReport
{
    private const int WorkersTold = 30;
    private const double LeastWorkSeconds = 0.001;

    /// <summary>What went to each worker, and the lesson if that was only one.</summary>
    public static void Tell(LabSession session, Ventilator ventilator)
    {
        var shares = ventilator.Shares;
        foreach (var share in shares.Take(WorkersTold))
        {
            session.Note(string.Create(CultureInfo.InvariantCulture,
                $"#{share.Connection} {share.Peer}: {share.Tasks:N0} of {ServerWords.Many(ventilator.Pushed, "task")} ({100.0 * share.Tasks / Math.Max(1, ventilator.Pushed):0} %)"));
        }
        if (shares is [{ Tasks: > 1 } only] && only.Tasks == ventilator.Pushed)
        {
            session.Note("one worker got everything: PUSH hands out at once, among those who are there, and whoever comes later finds nothing left; --wait 2 waits for two");
        }
    }

    /// <summary>Whose the results were, the time, and the speed-up where it can be known.</summary>
    public static void Tell(LabSession session, Sink sink)
    {
        foreach (var (worker, share) in sink.Shares)
        {
            session.Note(string.Create(CultureInfo.InvariantCulture,
                $"{worker}: {share.Tasks:N0} of {sink.Results:N0} tasks ({100.0 * share.Tasks / Math.Max(1, sink.Results):0} %), {share.Work.TotalSeconds:0.0} s at work"));
        }
        if (sink.Idle > 0 && sink.Expected >= 0)
        {
            session.Note($"{sink.Idle:N0} more worker{(sink.Idle == 1 ? "" : "s")} came and brought nothing: all tasks had been handed out by then");
        }
        var work = sink.Shares.Values.Sum(share => share.Work.TotalSeconds);
        session.Note(string.Create(CultureInfo.InvariantCulture, $"{ServerWords.Many(sink.Results, "result")} in {sink.Elapsed.TotalSeconds:0.0} s")
            + (sink.Shares.ContainsKey(Sink.Unnamed) ? "; how long the unnamed worked is not known, and so no speed-up"
                : work >= LeastWorkSeconds ? string.Create(CultureInfo.InvariantCulture, $", {work:0.0} s of work: {sink.SpeedUp:0.0} times as fast as one worker") : ""));
    }
}
