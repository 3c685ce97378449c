using System.CommandLine;
using System.Net.Sockets;
using System.Text;
using SocketLab.Bench;
using SocketLab.Cli;

namespace SocketLab.Commands;

/// <summary><c>socketlab bench tcp-echo|udp-echo|reqrep|pubsub|pipeline</c>: how fast a server is, and how much of that can be believed.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", """
        Measure a server: round trips or messages a second, latencies, losses, processor time.

        Examples:
          socketlab bench tcp-echo                                      our own server, in this process
          socketlab bench tcp-echo --connect 127.0.0.1:5677             any echo server, in whatever language
          socketlab bench tcp-echo --connections 50 --vs localhost:9000 two servers in turn, and their ratio
          socketlab bench tcp-echo --rate 5000                          open loop: a server that stalls cannot hide
          socketlab bench tcp-echo --compare                            UDP, TCP and ZeroMQ: what does each layer cost?
        """)
    {
        Leaf(Work.TcpEcho, "A TCP echo server: every byte that comes back is compared with what was sent."),
        Leaf(Work.UdpEcho, "A UDP echo server: what is lost, late or comes twice is counted."),
        Leaf(Work.ReqRep, "A ZeroMQ replier: REQ sockets, or DEALER with --depth."),
        Leaf(Work.PubSub, "ZeroMQ publish-subscribe: messages that reach the subscribers, from our own publisher or, with --connect, somebody's."),
        Leaf(Work.Pipeline, "A ZeroMQ pipeline: messages that reach the workers, from our own ventilator or, with --connect, somebody's."),
    };

    private static Command Leaf(Work work, string description)
    {
        var options = new BenchOptions();
        var command = new Command(new LoadPlan { Work = work }.Pattern, description);
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
        var clocked = Report.Clocked(first.Plan, arrivals: !first.Plan.IsRoundTrip && first.Server is not null);
        var notes = Notes.Of(contest, own: contest.Standings.Any(one => one.Contestant.Server is null));
        Console.Out.Write(parsed.GetValue(options.Json) ? JsonReport.Write(contest, clocked, notes) + "\n" : TableReport.Draw(contest, clocked, notes, parsed.GetValue(options.Ascii)));
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
