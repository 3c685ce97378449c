using SocketLab.Tests.Shared;

namespace SocketLab.Tests;

/// <summary>The roles that are not the simple pairs, with python3-zmq at the other end and in the middle: async, broker, proxy.</summary>
public sealed class PythonInTheMiddleTests
{
    [Fact]
    public async Task A_python_dealer_is_answered_by_the_async_server_and_a_python_router_answers_the_async_client()
    {
        Peers.NeedPyzmq();
        await using var server = Started.Lab("reqrep", "server", "--async", "--port", "0", "-q");
        await using var dealer = Python($"""
            dealer = context.socket(zmq.DEALER)
            dealer.connect("tcp://127.0.0.1:{await server.PortAsync()}")
            for i in range(3):
                dealer.send_multipart([b"", b"%d" % i, b"more"])
            print(sorted(dealer.recv_multipart() for i in range(3)))
            """);
        Assert.Equal(0, await dealer.ExitAsync());
        Assert.Equal("[[b'', b'Echo: 0', b'more'], [b'', b'Echo: 1', b'more'], [b'', b'Echo: 2', b'more']]\n", dealer.Output);

        await using var router = Python("""
            router = context.socket(zmq.ROUTER)
            print("READY 127.0.0.1:%d" % router.bind_to_random_port("tcp://127.0.0.1"), flush=True)
            asked = [router.recv_multipart() for i in range(3)]
            for identity, empty, body in reversed(asked):
                router.send_multipart([identity, empty, b"re: " + body])
            """);
        await using var client = Started.Lab("reqrep", "client", "--async", "--port", $"{await router.PortAsync()}", "-q");
        await client.WriteAsync("a\nb\nc\n");
        client.EndInput();
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("re: c\nre: b\nre: a\n", client.Output);
    }

    [Fact]
    public async Task A_dealer_that_forgets_the_empty_delimiter_gets_no_reply_and_the_replier_says_why()
    {
        Peers.NeedPyzmq();
        await using var server = Started.Lab("reqrep", "server", "--port", "0");
        await using var dealer = Python($"""
            dealer = context.socket(zmq.DEALER)
            dealer.connect("tcp://127.0.0.1:{await server.PortAsync()}")
            dealer.send(b"forgotten")
            dealer.send_multipart([b"", b"remembered"])
            print(dealer.recv_multipart())
            """);
        Assert.Equal(0, await dealer.ExitAsync());
        Assert.Equal("[b'', b'Echo: remembered']\n", dealer.Output);
        server.Interrupt();
        Assert.Equal(0, await server.ExitAsync());
        Assert.Contains("1 message: it has no empty delimiter", server.Error, StringComparison.Ordinal);
        Assert.Contains("answered 1 request", server.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Python_requesters_and_repliers_meet_at_our_broker_and_ours_at_pythons()
    {
        Peers.NeedPyzmq();
        await using var broker = Started.Lab("reqrep", "broker", "--port", "0", "--back", "0", "-q");
        var ends = (await broker.LineAsync("READY ")).Split(' ');
        await using var both = Python($"""
            req, rep = context.socket(zmq.REQ), context.socket(zmq.REP)
            req.connect("tcp://{ends[2]}")
            rep.connect("tcp://{ends[3]}")
            req.send(b"Hello There")
            rep.send(b"Echo: " + rep.recv())
            print(req.recv())
            """);
        Assert.Equal(0, await both.ExitAsync());
        Assert.Equal("b'Echo: Hello There'\n", both.Output);

        await using var theirs = Python(Proxy("ROUTER", "DEALER"));
        var there = (await theirs.LineAsync("READY ")).Split(' ');
        await using var server = Started.Lab("reqrep", "server", "--connect", there[2], "-q");
        await using var client = Started.Lab("reqrep", "client", "--connect", there[1], "--timeout", "60", "-q", "Hello There");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("Echo: Hello There\n", client.Output);
    }

    [Fact]
    public async Task Python_publishers_and_subscribers_meet_at_our_proxy_and_ours_at_pythons()
    {
        Peers.NeedPyzmq();
        await using var proxy = Started.Lab("pubsub", "proxy", "--port", "0", "--front", "0", "-q");
        var ends = (await proxy.LineAsync("READY ")).Split(' ');
        await using var both = Python($"""
            pub, sub = context.socket(zmq.PUB), context.socket(zmq.SUB)
            pub.connect("tcp://{ends[2]}")
            sub.connect("tcp://{ends[3]}")
            sub.setsockopt(zmq.SUBSCRIBE, b"1")
            while not sub.poll(20):
                pub.send(b"2-Update!")
                pub.send(b"1-Update!")
            print(sub.recv())
            """);
        Assert.Equal(0, await both.ExitAsync());
        Assert.Equal("b'1-Update!'\n", both.Output);

        await using var theirs = Python(Proxy("XSUB", "XPUB"));
        var there = (await theirs.LineAsync("READY ")).Split(' ');
        await using var publisher = Started.Lab("pubsub", "server", "--connect", there[1], "--every", "0.02", "-q");
        await using var subscriber = Started.Lab("pubsub", "client", "--connect", there[2], "--topic", "2", "--count", "2", "-q");
        Assert.Equal(0, await subscriber.ExitAsync());
        Assert.All(subscriber.Output.TrimEnd().Split('\n'), line => Assert.StartsWith("2-Update! >> #", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_python_xpub_sees_each_subscription_of_ours_come()
    {
        Peers.NeedPyzmq();
        await using var xpub = Python("""
            xpub = context.socket(zmq.XPUB)
            print("READY 127.0.0.1:%d" % xpub.bind_to_random_port("tcp://127.0.0.1"), flush=True)
            print(sorted(xpub.recv() for i in range(2)), flush=True)
            xpub.send(b"bX")
            print(sorted(xpub.recv() for i in range(2)), flush=True)
            """);
        await using var client = Started.Lab("pubsub", "client", "--port", $"{await xpub.PortAsync()}", "--topic", "a", "--topic", "b", "--count", "1", "-q");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("bX\n", client.Output);
        Assert.Equal(0, await xpub.ExitAsync());
        Assert.Contains(@"[b'\x01a', b'\x01b']", xpub.Output, StringComparison.Ordinal);
        Assert.Contains(@"[b'\x00a', b'\x00b']", xpub.Output, StringComparison.Ordinal);
    }

    private static string Proxy(string front, string back) => $"""
        front, back = context.socket(zmq.{front}), context.socket(zmq.{back})
        ports = front.bind_to_random_port("tcp://127.0.0.1"), back.bind_to_random_port("tcp://127.0.0.1")
        print("READY 127.0.0.1:%d 127.0.0.1:%d" % ports, flush=True)
        zmq.proxy(front, back)
        """;

    private static Started Python(string program) => Started.Run(Peers.Python, "-c", "import zmq\ncontext = zmq.Context()\n" + program);
}
