using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using SocketLab.Cli;
using SocketLab.Demo;
using SocketLab.Diagram;
using SocketLab.Explain;

namespace SocketLab.Commands;

/// <summary><c>socketlab demo PATTERN|all</c>: all roles of a pattern in one terminal, over real sockets on loopback.</summary>
internal static class DemoCommand
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var patterns = string.Join(", ", Demonstration.All.Select(one => one.Pattern));
        var pattern = new Argument<string>("pattern") { Description = $"{patterns}; all: each in turn, and a table of what passed", HelpName = "PATTERN" };
        pattern.AcceptOnlyFromAmong([.. Demonstration.All.Select(one => one.Pattern), "all"]);
        var explain = new Option<bool>("--explain") { Description = "Each step in Python, in C#, in the kernel, and what learners get wrong" };
        var step = new Option<bool>("--step") { Description = "Wait for Enter after each step (space: run on)" };
        var diagram = new Option<string?>("--diagram") { Description = "Draw it too: .svg, .html, .mmd or .txt", HelpName = "FILE" };
        diagram.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var file }] && !DiagramCommand.IsFormOf(file))
            {
                result.AddError($"--diagram {file}: the ending chooses the form: .svg, .html, .mmd, .txt");
            }
        });
        var transport = new Option<string>("--transport") { Description = "For the ZeroMQ patterns: tcp, ipc, or inproc, from thread to thread within this process", HelpName = "tcp|ipc|inproc", DefaultValueFactory = _ => "tcp" };
        transport.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not ("tcp" or "ipc" or "inproc") and var other }])
            {
                result.AddError($"--transport {other}: tcp, ipc or inproc");
            }
        });
        var width = EndPoints.NumberOption("--width", 0, "Columns; 0: the terminal's, and lines with the role in front where there is none", 0, 1000);
        var ascii = new Option<bool>("--ascii") { Description = "Only ASCII in what is shown" };
        var command = new Command("demo", "Play all roles of a pattern in this terminal, side by side.")
        { pattern, explain, step, diagram, transport, width, ascii }.WithExamples("""
            socketlab demo tcp-echo
            socketlab demo tcp-echo --explain --step   for the one with the projector
            socketlab demo pubsub --diagram pubsub.html
            socketlab demo pubsub --transport inproc   no network, no frames
            socketlab demo all                         does everything work here?
            """);
        command.SetAction((parsed, cancel) => LabCommand.RunAsync(async () =>
        {
            // A signal is only heard once the action has given its task back.
            await Task.Yield();
            var name = parsed.GetValue(pattern)!;
            if (name == "all")
            {
                return parsed.GetValue(diagram) is { } all
                    ? throw new LabException($"demo all: --diagram {all} draws one pattern", "name the pattern: socketlab demo tcp-echo --diagram FILE", ExitCode.CouldNotRun)
                    : await AllAsync(parsed.GetValue(transport)!, cancel);
            }
            var demonstration = Demonstration.All.First(one => one.Pattern == name);
            var over = parsed.GetValue(transport)!;
            if (over != "tcp" && name.EndsWith("-echo", StringComparison.Ordinal))
            {
                throw new LabException($"demo {name}: --transport {over} is for the ZeroMQ patterns", "socketlab demo reqrep --transport " + over, ExitCode.CouldNotRun);
            }
            using var stepper = parsed.GetValue(step) ? new Stepper(Console.Out) : null;
            var columns = parsed.GetValue(width) is > 0 and var asked ? asked : Console.IsOutputRedirected ? 0 : Console.WindowWidth;
            var screen = new DemoScreen(Console.Out, Ink.ForOut, demonstration, columns, parsed.GetValue(explain), parsed.GetValue(ascii),
                Console.IsOutputRedirected ? 0 : Console.WindowHeight);
            await using var stage = new DemoStage(demonstration, screen.Show, stepper, over);
            var wrong = await PlayAsync(demonstration, stage, stepper is null, cancel);
            if (parsed.GetValue(diagram) is { } file)
            {
                var chart = ChartBuilder.Build(await stage.EventsAsync());
                chart.Title = $"socketlab demo {name}";
                DiagramCommand.Save(chart, file, parsed.GetValue(width), parsed.GetValue(ascii));
            }
            Console.Out.WriteLine();
            if (over == "inproc")
            {
                Console.Out.WriteLine("inproc: messages went from thread to thread; no frame was made and the kernel saw nothing, so no send is shown");
            }
            Console.Out.WriteLine(wrong is null ? $"{Ink.ForOut.Green("passed")}: {demonstration.Checks}" : $"{Ink.ForOut.Red("failed")}: {Printable.Text(wrong)}");
            return wrong is null ? ExitCode.Fine : ExitCode.Failed;
        }, "demo"));
        return command;
    }

    /// <summary>The smoke test of an installation: every pattern, quietly, and a table.</summary>
    private static async Task<int> AllAsync(string transport, CancellationToken cancel)
    {
        var failed = 0;
        Console.Out.WriteLine(Ink.ForOut.Bold($"{"pattern",-10} {"result",-7} {"ms",6}  what was checked"));
        foreach (var demonstration in Demonstration.All)
        {
            var start = Stopwatch.GetTimestamp();
            // Nothing is shown, but the journal is on: it is a part of what is tested.
            await using var stage = new DemoStage(demonstration, show: null, stepper: null, transport);
            var wrong = await PlayAsync(demonstration, stage, hurried: true, cancel);
            failed += wrong is null ? 0 : 1;
            var took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            var result = wrong is null ? Ink.ForOut.Green("passed ") : Ink.ForOut.Red("failed ");
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{demonstration.Pattern,-10} {result} {took,6:0}  {wrong ?? demonstration.Checks}"));
        }
        return failed == 0 ? ExitCode.Fine : ExitCode.Failed;
    }

    /// <summary>Plays to the end; what goes wrong is a result here, and an interruption is the caller's.</summary>
    private static async Task<string?> PlayAsync(Demonstration demonstration, DemoStage stage, bool hurried, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (hurried)
        {
            deadline.CancelAfter(Deadline);
        }
        try
        {
            var wrong = await demonstration.PlayAsync(stage, deadline.Token);
            cancel.ThrowIfCancellationRequested();
            return deadline.IsCancellationRequested ? Late(stage) : wrong;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            return deadline.IsCancellationRequested ? Late(stage) : (e is AggregateException many ? many.InnerException! : e).Message;
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            // Whatever the interruption made of it (a closed socket, a cancelled wait): it was interrupted.
            throw new OperationCanceledException(cancel);
        }
    }

    private static string Late(DemoStage stage) => $"not done within {Deadline.TotalSeconds:0} s" + (stage.Trouble is { } why ? "; last, " + why : "");
}
