using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Sockets;

/// <summary>What a <see cref="ZmqProxy"/> passes, shows, and outlives.</summary>
public class ProxyTests
{
    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void A_proxy_joins_clients_and_servers_and_shows_what_passes(string transport)
    {
        using var front = new RouterSocket();
        using var back = new DealerSocket();
        using var capture = new PushSocket();
        using var watcher = new PullSocket();
        capture.Connect(watcher.BindFree("inproc"));
        string client = front.BindFree(transport), server = back.BindFree(transport);
        using var rep = new ResponseSocket($">{server}");
        using var req = new RequestSocket($">{client}");
        var proxy = new ZmqProxy(front, back, capture);
        var thread = new Thread(proxy.Start);
        thread.Start();
        for (int i = 0; i < 20; i++)
        {
            req.SendFrame($"{i}");
            Assert.Equal($"{i}", rep.Receive());
            rep.SendFrame($"{i}!");
            Assert.Equal($"{i}!", req.Receive());
            Assert.Equal($"{i}", watcher.ReceiveAll()[^1]);
            Assert.Equal($"{i}!", watcher.ReceiveAll()[^1]);
        }
        proxy.Stop();
        thread.Join();
    }

    [Fact]
    public void A_forwarder_passes_subscriptions_up_and_messages_down()
    {
        using var up = new XSubscriberSocket();
        using var down = new XPublisherSocket();
        string publishers = up.BindFree("tcp"), subscribers = down.BindFree("tcp");
        using var pub = new XPublisherSocket($">{publishers}");
        using var sub = new SubscriberSocket($">{subscribers}");
        sub.Subscribe("t");
        var proxy = new ZmqProxy(up, down);
        var thread = new Thread(proxy.Start);
        thread.Start();
        Assert.Equal("\u0001t", pub.Receive());
        pub.SendFrame("nothing");
        pub.SendFrame("t1");
        Assert.Equal("t1", sub.Receive());
        proxy.Stop();
        thread.Join();
    }

    [Fact]
    public void A_proxy_outlives_a_message_that_names_nobody()
    {
        using var front = new RouterSocket();
        front.Options.RouterMandatory = true;
        using var back = new DealerSocket();
        string client = front.BindFree("tcp"), server = back.BindFree("tcp");
        using var worker = new DealerSocket($">{server}");
        using var req = new RequestSocket($">{client}");
        var proxy = new ZmqProxy(front, back);
        var thread = new Thread(proxy.Start);
        thread.Start();
        worker.SendFrame("nothing but an id");
        worker.SendMoreFrame("nobody").SendMoreFrame("").SendFrame("reply");
        req.SendFrame("still there?");
        var request = worker.ReceiveMultipartMessage();
        Assert.Equal("still there?", request.Last.ConvertToString());
        worker.SendMultipartMessage(request);
        Assert.Equal("still there?", req.Receive());
        proxy.Stop();
        thread.Join();
    }

    [Fact]
    public void A_capture_that_is_full_misses_whole_messages_and_keeps_nobody_waiting()
    {
        const int Count = 20_000;
        using var front = new PullSocket();
        using var back = new PushSocket();
        using var capture = new PushSocket();
        using var watcher = new PullSocket();
        capture.Options.SendHighWatermark = watcher.Options.ReceiveHighWatermark = 1;
        capture.Connect(watcher.BindFree("inproc"));
        using var push = new PushSocket($">{front.BindFree("inproc")}");
        using var pull = new PullSocket($">{back.BindFree("inproc")}");
        var proxy = new ZmqProxy(front, back, capture);
        var thread = new Thread(proxy.Start);
        thread.Start();
        var sending = new Thread(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                push.SendMoreFrame("first").SendFrame($"{i}");
            }
        });
        sending.Start();
        int seen = 0;
        List<string>? texts = null;
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal(["first", $"{i}"], pull.ReceiveAll());
            while (watcher.TryReceiveMultipartStrings(TimeSpan.Zero, ref texts))
            {
                seen++;
                Assert.Equal("first", texts[0]);
                Assert.Equal(2, texts.Count);
            }
        }
        sending.Join();
        proxy.Stop();
        thread.Join();
        Assert.InRange(seen, 1, Count);
    }
}
