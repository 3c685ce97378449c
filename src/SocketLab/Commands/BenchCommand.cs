using System.CommandLine;
using System.Net.Sockets;
using System.Text;
using SocketLab.Bench;
using SocketLab.Cli;

namespace SocketLab.Commands;

/// <summary><c>socketlab bench tcp-echo|udp-echo|reqrep|pubsub|pipeline</c>: how fast a server is, and how much of that can be believed.</summary>
internal static class BenchCommand
{
    public static Command Create() => new Command("bench", "Measure a server: rates, latencies, losses, processor time.")
    {
        Leaf(Work.TcpEcho, "A TCP echo server: every byte that comes back is compared.", """
            socketlab bench tcp-echo                   our own, in this process
            socketlab bench tcp-echo --connect 127.0.0.1:5677 --connections 50
            socketlab bench tcp-echo --connect localhost:5677 --vs localhost:9000
            socketlab bench tcp-echo --rate 5000       open loop: no stall can hide
            socketlab bench tcp-echo --compare         what does each layer cost?
            """),
        Leaf(Work.UdpEcho, "A UDP echo server: what is lost, late or comes twice is counted.", """
            socketlab bench udp-echo --depth 64        so many under way at once
            socketlab bench udp-echo --connect 127.0.0.1:5677 --rate 20000
            """),
        Leaf(Work.ReqRep, "A ZeroMQ replier: REQ sockets, or DEALER with --depth.", """
            socketlab bench reqrep                     REQ: one request at a time
            socketlab bench reqrep --depth 100         DEALER: a hundred under way
            socketlab bench reqrep --connect 127.0.0.1:5678 --html report.html
            """),
        Leaf(Work.PubSub, "ZeroMQ publish-subscribe: what reaches the subscribers.", """
            socketlab bench pubsub --connections 10    so many subscribers
            socketlab bench pubsub --connect 127.0.0.1:5680   somebody's publisher
            """),
        Leaf(Work.Pipeline, "A ZeroMQ pipeline: what reaches the workers.", """
            socketlab bench pipeline --size 1024 --connections 2
            socketlab bench pipeline --connect 127.0.0.1:5690   somebody's ventilator
            """),
    }.WithExamples("""
        socketlab bench tcp-echo                            our own, in this process
        socketlab bench tcp-echo --connect 127.0.0.1:5677   any, in whatever language
        socketlab bench reqrep --help                       what else can be set
        """);

    private static Command Leaf(Work work, string summary, string examples)
    {
        var options = new BenchOptions();
        var command = new Command(new LoadPlan { Work = work }.Pattern, summary).WithExamples(examples);
        options.AddTo(command, work);
        command.SetAction((parsed, cancel) => LabCommand.RunAsync(() => RunAsync(parsed, options, work, cancel), $"bench {command.Name}"));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, BenchOptions options, Work work, CancellationToken cancel)
    {
        var contest = await options.ReadAsync(parsed, work, cancel);
        // Created before the work: a report that cannot be written is better known then than after it.
        var file = parsed.GetValue(options.Html);
        using var html = file is null ? null : NewFile.Create("html", file, parsed.GetValue(options.Force));
        try
        {
            using var progress = new ProgressLine(!parsed.GetValue(options.Quiet) && !Console.IsErrorRedirected && Ink.ForError.On);
            await MeasureAsync(contest, progress, cancel);
        }
        catch when (file is not null)
        {
            File.Delete(file); // there is nothing to put into it
            throw;
        }
        var first = contest.Standings[0].Contestant;
        var clocked = Report.Clocked(first.Plan, first.IsArrivals);
        var notes = Notes.Of(contest, own: contest.Standings.Any(one => one.Contestant.Server is null));
        Console.Out.Write(parsed.GetValue(options.Json) ? JsonReport.Write(contest, clocked, notes) + "\n" : TableReport.Draw(contest, clocked, notes, parsed.GetValue(options.Ascii), Console.IsOutputRedirected ? int.MaxValue : Console.WindowWidth));
        html?.Write(Encoding.UTF8.GetBytes(HtmlReport.Draw(contest, clocked, notes)));
        return contest.InterruptedAfter is null ? ExitCode.Fine : ExitCode.Interrupted;
    }

    private static async Task MeasureAsync(Contest contest, ProgressLine progress, CancellationToken cancel)
    {
        var at = contest.Standings[0].Contestant;
        try
        {
            await contest.RunAsync((round, one, measured) =>
            {
                at = one;
                progress.Begin(contest.Rounds > 1 ? $"round {round} of {contest.Rounds}, {one.Name}" : one.Name, measured);
            }, cancel);
        }
        catch (SocketException e)
        {
            throw LabException.From(e, $"bench {at.Plan.Pattern}", at.Server?.ToString() ?? at.Name, at.Plan.Pattern);
        }
        catch (LoadException e)
        {
            throw new LabException($"bench {at.Plan.Pattern} {at.Server?.ToString() ?? at.Name}: {e.Message}", e.Hint, ExitCode.Failed);
        }
    }
}
