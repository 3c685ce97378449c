using SocketLab.Tests.Shared;
using SocketLab.Transport.Trace;

namespace SocketLab.Tests;

/// <summary>reqrep, pubsub and pipeline as started programs, with python3-zmq as the other side in both roles.</summary>
public sealed class PatternCommandTests
{
    [Fact]
    public async Task The_two_terminals_of_request_reply_work()
    {
        await using var server = Started.Lab("reqrep", "server", "--port", "0");
        var port = await server.PortAsync();
        await using var client = Started.Lab("reqrep", "client", "--port", $"{port}", "Hello There");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("Echo: Hello There\n", client.Output);
        server.Interrupt();
        Assert.Equal(0, await server.ExitAsync());
        Assert.Contains("answered 1 request", server.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fixed_reply_and_an_unchanged_one_can_be_asked_for()
    {
        foreach (var (option, expected) in ((string[], string)[])[(["--reply", "Echo: General Kenobi"], "Echo: General Kenobi\n"), (["--echo"], "hi\n")])
        {
            await using var server = Started.Lab(["reqrep", "server", "--port", "0", "-q", .. option]);
            var port = await server.PortAsync();
            await using var client = Started.Lab("reqrep", "client", "--port", $"{port}", "-q", "hi");
            Assert.Equal(0, await client.ExitAsync());
            Assert.Equal(expected, client.Output);
        }
    }

    [Fact]
    public async Task Async_replies_come_back_in_the_order_in_which_they_are_ready()
    {
        await using var server = Started.Lab("reqrep", "server", "--port", "0", "-q", "--async", "--work", "fixed:0.2");
        var port = await server.PortAsync();
        await using var client = Started.Lab("reqrep", "client", "--port", $"{port}", "-q", "--async");
        await client.WriteAsync(string.Concat(Enumerable.Range(1, 20).Select(i => $"{i}\n")));
        client.EndInput();
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal(Enumerable.Range(1, 20).Select(i => $"Echo: {i}").Order(), client.Output.TrimEnd().Split('\n').Order());
    }

    [Fact]
    public async Task Async_requests_that_no_server_takes_end_with_exit_1_also_when_the_queue_is_full()
    {
        await using var client = Started.Lab("reqrep", "client", "--connect", "tcp://127.0.0.1:9", "--async", "--hwm", "5", "--timeout", "0.5", "--linger", "0", "-q");
        await client.WriteAsync(string.Concat(Enumerable.Range(1, 20).Select(i => $"{i}\n")));
        Assert.Equal(1, await client.ExitAsync());
        Assert.Contains("5 of 5 replies missing, and none came within 0.5 s", client.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_async_reply_is_shown_before_the_next_request_is_typed()
    {
        await using var server = Started.Lab("reqrep", "server", "--port", "0", "-q");
        await using var client = Started.Lab("reqrep", "client", "--port", $"{await server.PortAsync()}", "--async", "-q");
        await client.WriteAsync("first\n");
        await client.LineAsync("Echo: first");
        await client.WriteAsync("second\n");
        await client.LineAsync("Echo: second");
        client.EndInput();
        Assert.Equal(0, await client.ExitAsync());
    }

    [Fact]
    public async Task More_async_requests_than_the_queues_hold_are_all_answered()
    {
        await using var server = Started.Lab("reqrep", "server", "--port", "0", "-q", "--work", "fixed:0.005", "--hwm", "3");
        await using var client = Started.Lab("reqrep", "client", "--port", $"{await server.PortAsync()}", "--async", "--hwm", "3", "--timeout", "60", "-q");
        await client.WriteAsync(string.Concat(Enumerable.Range(1, 300).Select(i => $"{i}\n")));
        client.EndInput();
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal(Enumerable.Range(1, 300).Select(i => $"Echo: {i}"), client.Output.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task The_envelope_that_a_router_sees_is_shown_once_a_peer()
    {
        await using var server = Started.Lab("reqrep", "server", "--port", "0", "--async");
        var port = await server.PortAsync();
        await using var client = Started.Lab("reqrep", "client", "--port", $"{port}", "-q", "--async", "--count", "3", "hi");
        Assert.Equal(0, await client.ExitAsync());
        await Wait.UntilAsync(() => server.Error.Contains("disconnect", StringComparison.Ordinal));
        Assert.Single(server.Error.Split('\n'), line => line.Contains("envelope: identity 00", StringComparison.Ordinal)
            && line.Contains(" | empty delimiter | body of 1 frame;", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dealer_client_is_answered_by_a_plain_rep_server()
    {
        await using var server = Started.Lab("reqrep", "server", "--port", "0", "-q");
        var port = await server.PortAsync();
        await using var client = Started.Lab("reqrep", "client", "--port", $"{port}", "-q", "--async", "through the envelope");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("Echo: through the envelope\n", client.Output);
    }

    [Fact]
    public async Task Without_a_server_the_stuck_req_is_named_and_the_exit_is_1()
    {
        await using var client = Started.Lab("reqrep", "client", "--connect", "tcp://127.0.0.1:9", "--timeout", "0.3", "hi");
        Assert.Equal(1, await client.ExitAsync());
        Assert.Contains("waits for ever", client.Error, StringComparison.Ordinal);
        Assert.Contains("--retries", client.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_may_be_started_before_its_server()
    {
        var path = Path.Combine(Path.GetTempPath(), $"socketlab-test-{Guid.NewGuid():N}.ipc");
        await using var client = Started.Lab("reqrep", "client", "--connect", $"ipc://{path}", "--timeout", "60", "hi");
        await Wait.UntilAsync(() => client.Error.Contains("waiting", StringComparison.Ordinal));
        await using var server = Started.Lab("reqrep", "server", "--bind", $"ipc://{path}", "-q");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("Echo: hi\n", client.Output);
        server.Terminate();
        Assert.Equal(0, await server.ExitAsync());
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task The_lazy_pirate_survives_a_server_that_was_killed()
    {
        await using var first = Started.Lab("reqrep", "server", "--port", "0", "-q", "--work", "fixed:600");
        var port = await first.PortAsync();
        await using var client = Started.Lab("reqrep", "client", "--port", $"{port}", "--timeout", "1", "--retries", "50", "hi");
        await Wait.UntilAsync(() => client.Error.Contains("handshake", StringComparison.Ordinal));
        first.Signal(9);
        await using var second = Started.Lab("reqrep", "server", "--port", $"{port}", "-q");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("Echo: hi\n", client.Output);
        Assert.Contains("asking again with a new socket", client.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Through_a_broker_several_repliers_serve_several_requesters()
    {
        await using var broker = Started.Lab("reqrep", "broker", "--port", "0", "--back", "0", "-q");
        var ends = (await broker.LineAsync("READY ")).Split(' ');
        await using var ann = Started.Lab("reqrep", "server", "--connect", ends[3], "--reply", "ann", "-q");
        await using var bob = Started.Lab("reqrep", "server", "--connect", ends[3], "--reply", "bob", "-q");
        // Whoever of the two is connected takes its turn: ask until both have answered.
        await using var client = Started.Lab("reqrep", "client", "--connect", ends[2], "--every", "0.05", "--count", "1000", "--timeout", "60", "-q", "who?");
        await Wait.UntilAsync(() => client.Output.Contains("ann", StringComparison.Ordinal) && client.Output.Contains("bob", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_taken_port_exits_2()
    {
        await using var server = Started.Lab("reqrep", "server", "--port", "0", "-q");
        var port = await server.PortAsync();
        await using var second = Started.Lab("reqrep", "server", "--port", $"{port}", "-q");
        Assert.Equal(2, await second.ExitAsync());
        Assert.Matches(@"(?m)^error: [^\n]+\nhint: [^\n]+\n\z", second.Error);
    }

    [Fact]
    public async Task Pythons_requester_and_replier_talk_to_ours()
    {
        Peers.NeedPyzmq();
        foreach (var loose in (string[][])[[], ["--async"]])
        {
            await using var server = Started.Lab(["reqrep", "server", "--port", "0", "-q", .. loose]);
            var port = await server.PortAsync();
            await using var asker = Started.Run(Peers.Python, "-c", $"""
                import zmq
                socket = zmq.Context().socket(zmq.REQ)
                socket.connect("tcp://127.0.0.1:{port}")
                for i in range(3):
                    socket.send_string("Hello There %d" % i)
                    print(socket.recv_string())
                """);
            Assert.Equal(0, await asker.ExitAsync());
            Assert.Equal("Echo: Hello There 0\nEcho: Hello There 1\nEcho: Hello There 2\n", asker.Output);
        }
        await using var python = Started.Run(Peers.Python, "-c", """
            import zmq
            socket = zmq.Context().socket(zmq.REP)
            port = socket.bind_to_random_port("tcp://127.0.0.1")
            print("READY 127.0.0.1:%d" % port, flush=True)
            while True:
                socket.recv()
                socket.send_string("Echo: General Kenobi")
            """);
        var there = await python.PortAsync();
        await using var ours = Started.Lab("reqrep", "client", "--port", $"{there}", "-q", "--count", "3", "Hello There");
        Assert.Equal(0, await ours.ExitAsync());
        Assert.Equal("Echo: General Kenobi\nEcho: General Kenobi\nEcho: General Kenobi\n", ours.Output);
        await using var dealer = Started.Lab("reqrep", "client", "--port", $"{there}", "-q", "--async", "Hello There");
        Assert.Equal(0, await dealer.ExitAsync());
        Assert.Equal("Echo: General Kenobi\n", dealer.Output);
    }

    [Fact]
    public async Task With_sync_a_subscriber_misses_nothing_and_a_topic_is_a_prefix()
    {
        await using var server = Started.Lab("pubsub", "server", "--port", "0", "--sync", "1", "--count", "500", "--every", "0", "--topics", "1-Update!", "10-Update!", "2-Update!");
        var port = await server.PortAsync();
        await using var client = Started.Lab("pubsub", "client", "--port", $"{port}", "--topic", "1", "--count", "1000");
        Assert.Equal(0, await client.ExitAsync());
        var lines = client.Output.TrimEnd().Split('\n');
        Assert.Equal(500, lines.Count(line => line.StartsWith("1-Update! >> #", StringComparison.Ordinal)));
        Assert.Equal(500, lines.Count(line => line.StartsWith("10-Update! >> #", StringComparison.Ordinal)));
        Assert.DoesNotContain("missed", client.Error, StringComparison.Ordinal);
        Assert.Equal(0, await server.ExitAsync());
        Assert.Contains("published 1,500 messages", server.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_joiner_is_told_what_it_missed()
    {
        await using var server = Started.Lab("pubsub", "server", "--port", "0", "--every", "0.01", "--topics", "a");
        var port = await server.PortAsync();
        await using var early = Started.Lab("pubsub", "client", "--port", $"{port}", "--count", "20", "-q");
        Assert.Equal(0, await early.ExitAsync());
        await using var late = Started.Lab("pubsub", "client", "--port", $"{port}", "--count", "3");
        Assert.Equal(0, await late.ExitAsync());
        Assert.Contains("slow joiner", late.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_nobody_publishes_is_explained_after_a_while()
    {
        await using var server = Started.Lab("pubsub", "server", "--port", "0", "--every", "0.05", "-q");
        var port = await server.PortAsync();
        await using var client = Started.Lab("pubsub", "client", "--port", $"{port}", "--topic", "3");
        await Wait.UntilAsync(() => client.Error.Contains("nothing published begins with \"3\"", StringComparison.Ordinal));
        client.Interrupt();
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("", client.Output);
    }

    [Fact]
    public async Task An_envelope_has_topic_and_body_in_two_frames()
    {
        await using var server = Started.Lab("pubsub", "server", "--port", "0", "--sync", "1", "--count", "1", "--envelope", "--topics", "news", "-q");
        var port = await server.PortAsync();
        await using var client = Started.Lab("pubsub", "client", "--port", $"{port}", "--topic", "news", "--count", "1", "--json");
        Assert.Equal(0, await client.ExitAsync());
        var message = Assert.Single(TraceJson.Read(new StringReader(client.Output)), e => e.Kind == TraceKind.Receive);
        Assert.Equal(2, message.Frames!.Count);
        Assert.Equal(4, message.Frames[0]);
    }

    [Fact]
    public async Task Pythons_subscriber_and_publisher_talk_to_ours_and_through_our_proxy()
    {
        Peers.NeedPyzmq();
        await using var proxy = Started.Lab("pubsub", "proxy", "--port", "0", "--front", "0", "-q");
        var ends = (await proxy.LineAsync("READY ")).Split(' ');
        await using var publisher = Started.Lab("pubsub", "server", "--connect", ends[2], "--every", "0.02", "-q");
        await using var python = Started.Run(Peers.Python, "-c", $"""
            import zmq
            socket = zmq.Context().socket(zmq.SUB)
            socket.connect("tcp://{ends[3]}")
            socket.setsockopt_string(zmq.SUBSCRIBE, "2")
            for i in range(3):
                print(socket.recv_string(), flush=True)
            """);
        Assert.Equal(0, await python.ExitAsync());
        Assert.All(python.Output.TrimEnd().Split('\n'), line => Assert.StartsWith("2-Update! >> #", line, StringComparison.Ordinal));

        await using var other = Started.Run(Peers.Python, "-c", """
            import time, zmq
            socket = zmq.Context().socket(zmq.PUB)
            port = socket.bind_to_random_port("tcp://127.0.0.1")
            print("READY 127.0.0.1:%d" % port, flush=True)
            while True:
                socket.send_string("1-Update! from Python")
                socket.send_string("2-Update! from Python")
                time.sleep(0.02)
            """);
        var there = await other.PortAsync();
        await using var ours = Started.Lab("pubsub", "client", "--port", $"{there}", "--topic", "1", "--count", "2", "-q");
        Assert.Equal(0, await ours.ExitAsync());
        Assert.Equal("1-Update! from Python\n1-Update! from Python\n", ours.Output);
    }

    [Fact]
    public async Task A_pipeline_run_ends_by_itself_and_the_sink_tells_each_share()
    {
        await using var sink = Started.Lab("pipeline", "sink", "--port", "0");
        var results = await sink.PortAsync();
        await using var ventilator = Started.Lab("pipeline", "server", "--port", "0", "--count", "40", "--every", "0", "--wait", "2");
        var tasks = await ventilator.PortAsync();
        await using var ann = Started.Lab("pipeline", "client", "--port", $"{tasks}", "--sink", $"{results}", "--work", "fixed:0.01", "--name", "ann", "-q");
        await using var bob = Started.Lab("pipeline", "client", "--port", $"{tasks}", "--sink", $"{results}", "--work", "fixed:0.01", "--name", "bob", "-q");
        foreach (var role in (Started[])[ventilator, ann, bob, sink])
        {
            Assert.Equal(0, await role.ExitAsync());
        }
        Assert.Equal(40, sink.Output.TrimEnd().Split('\n').Length - 1);
        Assert.Contains("ann: 20 of 40 tasks (50 %)", sink.Error, StringComparison.Ordinal);
        Assert.Contains("bob: 20 of 40 tasks (50 %)", sink.Error, StringComparison.Ordinal);
        Assert.Contains("times as fast as one worker", sink.Error, StringComparison.Ordinal);
        Assert.Equal(20, ann.Output.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task Pythons_worker_takes_its_turn_between_ours_and_our_sink()
    {
        Peers.NeedPyzmq();
        await using var sink = Started.Lab("pipeline", "sink", "--port", "0", "-q");
        var results = await sink.PortAsync();
        await using var ventilator = Started.Lab("pipeline", "server", "--port", "0", "--count", "10", "--every", "0", "--wait", "2", "-q");
        var tasks = await ventilator.PortAsync();
        await using var ours = Started.Lab("pipeline", "client", "--port", $"{tasks}", "--sink", $"{results}", "--work", "0", "--name", "ours", "-q");
        await using var python = Started.Run(Peers.Python, "-c", $"""
            import zmq
            context = zmq.Context()
            tasks, results = context.socket(zmq.PULL), context.socket(zmq.PUSH)
            results.connect("tcp://127.0.0.1:{results}")
            tasks.connect("tcp://127.0.0.1:{tasks}")
            for i in range(5):
                results.send(tasks.recv())
            """);
        Assert.Equal(0, await python.ExitAsync());
        Assert.Equal(0, await ours.ExitAsync());
        Assert.Equal(0, await sink.ExitAsync());
        var lines = sink.Output.TrimEnd().Split('\n')[1..];
        Assert.Equal(10, lines.Length);
        Assert.Equal(5, lines.Count(line => line.StartsWith("(unnamed):", StringComparison.Ordinal)));
    }
}
