using System.CommandLine;
using System.Globalization;
using SocketLab.Cli;
using SocketLab.Transport.Patterns;
using SocketLab.Transport.Trace;

namespace SocketLab.Commands;

/// <summary><c>socketlab pipeline server|client|sink</c>: ZeroMQ push-pull: a ventilator, workers, a sink.</summary>
internal static class Pipeline
{
    private const string Name = "pipeline";
    private const int Port = 5690, SinkPort = 5691;

    public static Command Create() => new Command(Name, "ZeroMQ pipeline: a ventilator pushes tasks, workers pull them, a sink gathers.")
    {
        Server(),
        Client(),
        SinkCommand(),
    }.WithExamples("""
        socketlab pipeline sink                        in one terminal
        socketlab pipeline client --work fixed:0.2     in a second, and more
        socketlab pipeline server --count 10 --every 0   in the last
        """);

    private static Command Server()
    {
        var zmq = new ZeroMqOptions(Name, Port, binds: true);
        var every = EndPoints.SecondsOption("--every", 1, "Pause between two tasks");
        var count = EndPoints.NumberOption("--count", 0, "Tasks; 0: until Ctrl+C", 0);
        var wait = EndPoints.NumberOption("--wait", 0, "Start when so many workers are there; 0: with the first, which then gets everything that is ready", 0);
        var input = new Option<bool>("--stdin") { Description = "Tasks are lines from standard input" };
        var command = new Command("server", "The ventilator: pushes a task a second, \"id - time\", to the workers in turn.")
        { every, count, wait, input }.WithExamples("""
            socketlab pipeline server
            socketlab pipeline server --count 100 --every 0 --wait 3
            ls | socketlab pipeline server --stdin
            """);
        zmq.AddTo(command);
        command.SetLabAction(new CommonOptions(), Name, "server", (parsed, session, cancel) => ZeroMqRun.OnItsThreadAsync(() =>
        {
            using var ventilator = new Ventilator(zmq.Read(parsed, cancel), session.Log);
            ZeroMqRun.Ready(session, (ventilator.EndPoint, "workers may connect"));
            var tasks = parsed.GetValue(count);
            var exit = ExitCode.Fine;
            try
            {
                ventilator.WaitForWorkers(parsed.GetValue(wait), cancel);
                var pause = TimeSpan.FromSeconds(parsed.GetValue(every));
                if (parsed.GetValue(input))
                {
                    foreach (var line in Messages.ReadAsync([], 1, TimeSpan.Zero, cancel).ToBlockingEnumerable(cancel))
                    {
                        ventilator.Push(Frames.WithoutLineEnd(line), cancel);
                    }
                }
                else
                {
                    for (var id = 1; (tasks == 0 || id <= tasks) && !cancel.IsCancellationRequested; id++)
                    {
                        ventilator.Push(Frames.Bytes(string.Create(CultureInfo.InvariantCulture, $"{id} - {DateTime.Now:HH:mm:ss.fff}")), cancel);
                        if (id != tasks)
                        {
                            cancel.WaitHandle.WaitOne(pause);
                        }
                    }
                }
                cancel.ThrowIfCancellationRequested();
                ventilator.PushEnd(cancel);
            }
            catch (OperationCanceledException)
            {
                // Ctrl+C is how an endless ventilator ends; the workers wait for the next one.
                exit = tasks == 0 && !parsed.GetValue(input) ? ExitCode.Fine : ExitCode.Interrupted;
            }
            PipelineReport.Tell(session, ventilator);
            session.Note($"pushed {ServerWords.Many(ventilator.Pushed, "task")} to {ServerWords.Many(ventilator.Workers, "worker")}"
                + (ventilator.Lost > 0 ? $"; {ServerWords.Many(ventilator.Lost, "task")} {(ventilator.Lost == 1 ? "was" : "were")} queued for a worker that left" : ""));
            return exit;
        }));
        command.Aliases.Add("ventilator");
        return command;
    }

    private static Command Client()
    {
        var zmq = new ZeroMqOptions(Name, Port, binds: false);
        var sink = new Option<string[]>("--sink") { Description = "Where the sink is", HelpName = "WHERE" };
        var noSink = new Option<bool>("--no-sink") { Description = "Push results nowhere" };
        var name = new Option<string>("--name") { Description = "What the sink calls this worker", DefaultValueFactory = _ => $"worker-{Environment.ProcessId}", HelpName = "NAME" };
        var (work, seed) = WorkOption.Create("normal:2,1");
        var command = new Command("client", "The worker: pulls a task, works |N(2,1)| seconds, pushes the result to the sink.")
        { sink, noSink, name, work, seed }.WithExamples("""
            socketlab pipeline client
            socketlab pipeline client --work fixed:0.1 --name ann
            socketlab pipeline client --connect 192.0.2.7 --sink 192.0.2.8
            """);
        zmq.AddTo(command);
        command.SetLabAction(new CommonOptions(), Name, "client", (parsed, session, cancel) => ZeroMqRun.OnItsThreadAsync(() =>
        {
            var results = parsed.GetValue(noSink) ? null : zmq.Second(parsed, SinkPort, Name + "-sink", binds: false, parsed.GetValue(sink) ?? [], cancel);
            using var worker = new Worker(parsed.GetValue(name)!, zmq.Read(parsed, cancel), results, WorkTime.Parse(parsed.GetValue(work)!, parsed.GetValue(seed))!, session.Log);
            worker.Run((task, time) => Frames.Show(session, [task, Frames.Bytes(string.Create(CultureInfo.InvariantCulture, $"- worked {time.TotalSeconds:0.000} s"))]), cancel);
            session.Note($"did {ServerWords.Many(worker.Done, "task")}");
            return ExitCode.Fine;
        }));
        command.Aliases.Add("worker");
        return command;
    }

    private static Command SinkCommand()
    {
        var zmq = new ZeroMqOptions(Name + "-sink", SinkPort, binds: true);
        var timeout = EndPoints.SecondsOption("--timeout", 5, "When the batch is over and no worker is connected: how long to wait for what is missing");
        var command = new Command("sink", "The collector: gathers results; at the end each worker's share and the speed-up.")
        { timeout }.WithExamples("""
            socketlab pipeline sink
            socketlab pipeline sink --bind 0.0.0.0   workers on other machines
            """);
        zmq.AddTo(command);
        command.SetLabAction(new CommonOptions(), Name, "sink", (parsed, session, cancel) => ZeroMqRun.OnItsThreadAsync(() =>
        {
            using var sink = new Sink(zmq.Read(parsed, cancel), session.Log, session.Patience(parsed, timeout));
            ZeroMqRun.Ready(session, (sink.EndPoint, "waiting for results"));
            sink.Run((worker, task) => Frames.Show(session, [Frames.Bytes(worker + ":"), task]), cancel);
            PipelineReport.Tell(session, sink);
            if (sink.Expected > sink.Results)
            {
                throw new LabException($"sink: {sink.Results:N0} of {sink.Expected:N0} results came", "a worker that is killed takes the tasks in its queue with it", ExitCode.Failed);
            }
            return ExitCode.Fine;
        }));
        command.Aliases.Add("collector");
        return command;
    }
}
