using System.CommandLine;
using System.Diagnostics;
using System.Threading.Channels;
using SocketLab.Cli;
using SocketLab.Transport.Patterns;
using SocketLab.Transport.Trace;

namespace SocketLab.Commands;

/// <summary><c>socketlab reqrep server|client|broker</c>: ZeroMQ request-reply.</summary>
internal static class ReqRep
{
    private const string Name = "reqrep";
    private const int Port = 5678;
    private const int RequestsReadAhead = 1000;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(20);

    public static Command Create() => new Command(Name, "ZeroMQ request-reply: REQ and REP in lock-step, or DEALER and ROUTER with --async.")
    {
        Server(),
        Client(),
        ReqRepBroker.Create(),
    }.WithExamples("""
        socketlab reqrep server                 in one terminal
        socketlab reqrep client "Hello There"   in another
        """);

    private static Command Server()
    {
        var zmq = new ZeroMqOptions(Name, Port, binds: true);
        var reply = new Option<string?>("--reply") { Description = "Answer every request with this text", HelpName = "TEXT" };
        var echo = new Option<bool>("--echo") { Description = "Answer with the request's frames unchanged" };
        var loose = new Option<bool>("--async") { Description = "ROUTER instead of REP: several requests at work at once" };
        var count = EndPoints.NumberOption("--count", 0, "Stop after so many requests; 0: never", 0);
        var (work, seed) = WorkOption.Create("0");
        var command = new Command("server", "The replier: answers each request, by default with \"Echo: {request}\".")
        { reply, echo, loose, count, work, seed }.WithExamples("""
            socketlab reqrep server
            socketlab reqrep server --reply "Echo: General Kenobi"
            socketlab reqrep server --async --work normal:0.5,0.2
            socketlab reqrep server --connect 5679   behind a broker
            """);
        zmq.AddTo(command);
        command.SetLabAction(new CommonOptions(), Name, "server", (parsed, session, cancel) => ZeroMqRun.OnItsThreadAsync(() =>
        {
            var answer = parsed.GetValue(reply) is { } text ? Reply.Fixed(text) : parsed.GetValue(echo) ? Reply.Unchanged : Reply.WithEcho;
            var time = WorkOption.Read(parsed, work, seed);
            var most = parsed.GetValue(count) is > 0 and var n ? n : long.MaxValue;
            var options = zmq.Read(parsed, cancel);
            if (parsed.GetValue(loose))
            {
                using var router = new AsyncReplier(options, answer, time, session.Log);
                Serve(session, router.EndPoint, () => router.Run(cancel, most), () => router.Answered);
            }
            else
            {
                using var replier = new Replier(options, answer, time, session.Log);
                Serve(session, replier.EndPoint, () => replier.Run(cancel, most), () => replier.Answered);
            }
            return ExitCode.Fine;
        }));
        command.Aliases.Add("replier");
        return command;
    }

    private static void Serve(LabSession session, string endPoint, Action run, Func<long> answered)
    {
        ZeroMqRun.Ready(session, (endPoint, "waiting for requests"));
        run();
        session.Note($"answered {ServerWords.Many(answered(), "request")}");
    }

    private static Command Client()
    {
        var zmq = new ZeroMqOptions(Name, Port, binds: false);
        var message = Messages.Argument("What to ask, as one message, \"Hello There\" if none and standard input is a terminal; else lines from standard input");
        var timeout = EndPoints.SecondsOption("--timeout", 5, "How long to wait for each reply");
        var retries = EndPoints.NumberOption("--retries", 0, "Lazy pirate: after a time-out, ask again with a new socket, so often", 0, 1000);
        var count = EndPoints.NumberOption("--count", 1, "Ask so many times", 1);
        var every = EndPoints.SecondsOption("--every", 0, "Pause between two requests");
        var loose = new Option<bool>("--async") { Description = "DEALER instead of REQ: send all without waiting, take replies in any order" };
        var command = new Command("client", "The requester: sends a request, waits for its reply, prints it.")
        { message, timeout, retries, count, every, loose }.WithExamples("""
            socketlab reqrep client "Hello There"
            socketlab reqrep client --retries 3 hi     a server that comes late, or back
            seq 5 | socketlab reqrep client --async    all at once, replies in any order
            socketlab reqrep client --connect 5678 --connect 5688 hi   two in turn
            """);
        zmq.AddTo(command);
        command.SetLabAction(new CommonOptions(), Name, "client", async (parsed, session, cancel) =>
        {
            string[] words = parsed.GetValue(message)!;
            if (words.Length == 0 && !Console.IsInputRedirected)
            {
                words = ["Hello There"];
            }
            var messages = Messages.ReadAsync(words, parsed.GetValue(count), TimeSpan.FromSeconds(parsed.GetValue(every)), cancel);
            var wait = session.Patience(parsed, timeout);
            return await ZeroMqRun.OnItsThreadAsync(() => parsed.GetValue(loose)
                ? AskAll(session, zmq.Read(parsed, cancel), messages, wait, cancel)
                : AskInTurn(session, zmq.Read(parsed, cancel), messages.ToBlockingEnumerable(cancel), wait, parsed.GetValue(retries), cancel));
        });
        command.Aliases.Add("requester");
        return command;
    }

    private static int AskInTurn(LabSession session, PatternOptions options, IEnumerable<ReadOnlyMemory<byte>> messages, TimeSpan wait, int retries, CancellationToken cancel)
    {
        using var requester = new Requester(options, wait, retries, session.Log);
        foreach (var request in messages)
        {
            var reply = requester.Ask([Frames.WithoutLineEnd(request)], cancel)
                ?? throw new LabException($"request {string.Join(", ", options.Connect.Concat(options.Bind))}: no reply within {wait.TotalSeconds} s{(retries > 0 ? $", {retries + 1} times" : "")}",
                    retries > 0 ? $"start the server: socketlab {Name} server" : "a REQ socket that has lost its reply is stuck for good; --retries N asks again with a new one", ExitCode.Failed);
            Frames.Show(session, reply);
        }
        return ExitCode.Fine;
    }

    private static int AskAll(LabSession session, PatternOptions options, IAsyncEnumerable<ReadOnlyMemory<byte>> messages, TimeSpan wait, CancellationToken cancel)
    {
        using var requester = new AsyncRequester(options, session.Log);
        var (asked, answered, last) = (0, 0, Stopwatch.GetTimestamp());
        // Read on another thread: a reply is shown when it comes, not when somebody has typed the next request.
        var requests = Channel.CreateBounded<ReadOnlyMemory<byte>>(RequestsReadAhead);
        _ = Task.Run(() => ReadAheadAsync(messages, requests.Writer, cancel), CancellationToken.None);
        while (!requests.Reader.Completion.IsCompleted || answered < asked)
        {
            if (!requests.Reader.TryRead(out var request))
            {
                TakeReplies(Turn);
                continue;
            }
            // Replies are taken also while no server has room for more: their queue is bounded too.
            while (!requester.TrySend([Frames.WithoutLineEnd(request)], Turn))
            {
                TakeReplies(TimeSpan.Zero);
            }
            asked++;
            last = Stopwatch.GetTimestamp();
            TakeReplies(TimeSpan.Zero);
        }
        requests.Reader.Completion.GetAwaiter().GetResult();
        return ExitCode.Fine;

        void TakeReplies(TimeSpan patience)
        {
            cancel.ThrowIfCancellationRequested();
            while (requester.Receive(patience) is { } reply)
            {
                answered++;
                last = Stopwatch.GetTimestamp();
                Frames.Show(session, reply);
            }
            if (answered < asked && Stopwatch.GetElapsedTime(last) >= wait)
            {
                throw new LabException($"request {string.Join(", ", options.Connect.Concat(options.Bind))}: {asked - answered} of {asked} replies missing, and none came within {wait.TotalSeconds} s",
                    $"is a server running? socketlab {Name} server", ExitCode.Failed);
            }
        }
    }

    private static async Task ReadAheadAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> messages, ChannelWriter<ReadOnlyMemory<byte>> requests, CancellationToken cancel)
    {
        try
        {
            await foreach (var message in messages.WithCancellation(cancel))
            {
                await requests.WriteAsync(message, cancel);
            }
            requests.Complete();
        }
        catch (Exception e)
        {
            // Whoever takes the requests is told instead.
            requests.Complete(e);
        }
    }
}
