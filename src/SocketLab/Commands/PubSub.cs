using System.CommandLine;
using System.Globalization;
using SocketLab.Cli;
using SocketLab.Transport.Patterns;
using SocketLab.Transport.Trace;

namespace SocketLab.Commands;

/// <summary><c>socketlab pubsub server|client|proxy</c>: ZeroMQ publish-subscribe.</summary>
internal static class PubSub
{
    private const string Name = "pubsub";
    private const int Port = 5680, FrontPort = 5681;

    public static Command Create() => new Command(Name, "ZeroMQ publish-subscribe: topics are prefixes, and nobody waits for anybody.")
    {
        Server(),
        Client(),
        Proxy(),
    }.WithExamples("""
        socketlab pubsub server             in one terminal
        socketlab pubsub client --topic 1   in another
        """);

    private static Command Server()
    {
        var zmq = new ZeroMqOptions(Name, Port, binds: true);
        var topics = new Option<string[]>("--topics") { Description = "What to publish on each turn", DefaultValueFactory = _ => ["1-Update!", "2-Update!"], AllowMultipleArgumentsPerToken = true, HelpName = "TOPIC" };
        var every = EndPoints.SecondsOption("--every", 1, "Pause between two turns");
        var count = EndPoints.NumberOption("--count", 0, "Turns; 0: until Ctrl+C", 0);
        var sync = EndPoints.NumberOption("--sync", 0, "Wait for so many subscribers before the first turn", 0);
        var envelope = new Option<bool>("--envelope") { Description = "Topic and body as two frames" };
        var input = new Option<bool>("--stdin") { Description = "Publish lines from standard input instead" };
        var command = new Command("server", "The publisher: \"1-Update! >> #id >> time\" and \"2-Update! >> …\" once a second.")
        { topics, every, count, sync, envelope, input }.WithExamples("""
            socketlab pubsub server
            socketlab pubsub server --sync 1 --count 9 --every 0   nobody misses anything
            socketlab pubsub server --topics news sport --envelope
            tail -f log | socketlab pubsub server --stdin
            """);
        zmq.AddTo(command);
        command.SetLabAction(new CommonOptions(), Name, "server", (parsed, session, cancel) => ZeroMqRun.OnItsThreadAsync(() =>
        {
            using var publisher = new Publisher(zmq.Read(parsed, cancel), session.Log);
            ZeroMqRun.Ready(session, (publisher.EndPoint, "subscribers may come and go"));
            try
            {
                publisher.WaitForSubscribers(parsed.GetValue(sync), cancel);
                if (parsed.GetValue(input))
                {
                    foreach (var line in Messages.ReadAsync([], 1, TimeSpan.Zero, cancel).ToBlockingEnumerable(cancel))
                    {
                        publisher.Publish(Frames.WithoutLineEnd(line));
                    }
                }
                else
                {
                    Publish(publisher, parsed.GetValue(topics)!, parsed.GetValue(envelope), parsed.GetValue(count), TimeSpan.FromSeconds(parsed.GetValue(every)), cancel);
                }
            }
            catch (OperationCanceledException)
            {
                // Stopped by Ctrl+C, which is how a publisher ends.
            }
            session.Note($"published {ServerWords.Many(publisher.Published, "message")}"
                + (publisher.ToNobody > 0 ? $"; {publisher.ToNobody:N0} while nobody had subscribed" : "")
                + (publisher.Dropped > 0 ? $"; {publisher.Dropped:N0} dropped for subscribers that could not keep up" : "")
                + (publisher.LeftBehind > 0 ? $"; {publisher.LeftBehind:N0} still queued for subscribers that left" : ""));
            return ExitCode.Fine;
        }));
        command.Aliases.Add("publisher");
        return command;
    }

    private static void Publish(Publisher publisher, string[] topics, bool envelope, int count, TimeSpan every, CancellationToken cancel)
    {
        for (var id = 1; (count == 0 || id <= count) && !cancel.IsCancellationRequested; id++)
        {
            var body = string.Create(CultureInfo.InvariantCulture, $" >> #{id} >> {DateTime.Now:HH:mm:ss.fff}");
            foreach (var topic in topics)
            {
                if (envelope)
                {
                    publisher.Publish(Frames.Bytes(topic), Frames.Bytes(body.TrimStart()));
                }
                else
                {
                    publisher.Publish(Frames.Bytes(topic + body));
                }
            }
            if (id != count)
            {
                cancel.WaitHandle.WaitOne(every);
            }
        }
    }

    private static Command Client()
    {
        var zmq = new ZeroMqOptions(Name, Port, binds: false);
        var topic = new Option<string[]>("--topic", "-t") { Description = "A prefix to subscribe to, \"\" for everything; repeatable", DefaultValueFactory = _ => [""], HelpName = "PREFIX" };
        var count = EndPoints.NumberOption("--count", 0, "Stop after so many messages; 0: never", 0);
        var command = new Command("client", "The subscriber: prints the messages that begin with one of its topics.")
        { topic, count }.WithExamples("""
            socketlab pubsub client             everything
            socketlab pubsub client --topic 1 --topic 2
            socketlab pubsub client --topic 3   nobody publishes it: the lab says so
            """);
        zmq.AddTo(command);
        command.SetLabAction(new CommonOptions(), Name, "client", (parsed, session, cancel) => ZeroMqRun.OnItsThreadAsync(() =>
        {
            using var subscriber = new Subscriber(zmq.Read(parsed, cancel), parsed.GetValue(topic)!, session.Log);
            subscriber.Run(message => Frames.Show(session, message), cancel, parsed.GetValue(count) is > 0 and var n ? n : long.MaxValue);
            session.Note($"received {ServerWords.Many(subscriber.Received, "message")}" + (subscriber.Missed > 0 ? $"; {subscriber.Missed:N0} missed, as the ids show" : ""));
            return ExitCode.Fine;
        }));
        command.Aliases.Add("subscriber");
        return command;
    }

    private static Command Proxy()
    {
        var zmq = new ZeroMqOptions(Name, Port, binds: true);
        var front = new Option<string[]>("--front") { Description = "Where publishers connect", HelpName = "WHERE" };
        var command = new Command("proxy", "Many publishers, many subscribers: XSUB towards the ones, XPUB towards the others.")
        { front }.WithExamples("""
            socketlab pubsub proxy                   in one terminal
            socketlab pubsub server --connect 5681   in a second, and more
            socketlab pubsub client                  in a third, and more
            """);
        zmq.AddTo(command);
        command.SetLabAction(new CommonOptions(), Name, "proxy", (parsed, session, cancel) => ZeroMqRun.OnItsThreadAsync(() =>
        {
            using var proxy = Forwarder.Proxy(zmq.Second(parsed, FrontPort, Name, binds: true, parsed.GetValue(front) ?? [], cancel), zmq.Read(parsed, cancel), session.Log);
            ZeroMqRun.Ready(session, (proxy.FrontEndPoint, "publishers connect here"), (proxy.BackEndPoint, "subscribers connect here"));
            proxy.Run(cancel);
            session.Note($"passed {proxy.Passed.ToBack:N0} messages and {proxy.Passed.ToFront:N0} subscriptions");
            return ExitCode.Fine;
        }));
        return command;
    }
}
