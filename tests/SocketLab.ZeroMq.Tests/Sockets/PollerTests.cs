using SocketLab.ZeroMq;
using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Sockets;

public class PollerTests
{
    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void A_poller_serves_two_sockets_and_a_timer_on_one_thread(string transport)
    {
        using var rep = new ResponseSocket();
        using var pull = new PullSocket();
        using var req = new RequestSocket();
        using var push = new PushSocket();
        req.Connect(rep.BindFree(transport));
        push.Connect(pull.BindFree(transport));
        var timer = new ZmqTimer(5);
        HashSet<int> threads = [];
        using var ticked = new CountdownEvent(3);
        using var pulled = new CountdownEvent(50);
        rep.ReceiveReady += (_, e) =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            e.Socket.SendFrame(e.Socket.ReceiveFrameString() + "!");
        };
        pull.ReceiveReady += (_, e) =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            while (e.Socket.TrySkipFrame())
            {
                pulled.Signal();
            }
        };
        timer.Elapsed += (_, _) =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            if (!ticked.IsSet)
            {
                ticked.Signal();
            }
        };
        using var poller = new ZmqPoller { rep, pull, timer };
        poller.RunAsync();
        for (int i = 0; i < 50; i++)
        {
            push.SendFrame("x");
            req.SendFrame($"{i}");
            Assert.Equal($"{i}!", req.Receive());
        }
        Assert.True(pulled.Wait(Endpoints.Deadline));
        Assert.True(ticked.Wait(Endpoints.Deadline));
        poller.Stop();
        Assert.Single(threads);
    }

    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public async Task Receiving_can_be_awaited_without_a_special_runtime(string transport)
    {
        using var pull = new PullSocket();
        using var push = new PushSocket();
        push.Connect(pull.BindFree(transport));
        for (int i = 0; i < 100; i++)
        {
            var receiving = pull.ReceiveFrameStringAsync();
            push.SendFrame($"{i}");
            Assert.Equal(($"{i}", false), await receiving.WaitAsync(Endpoints.Deadline));
        }
        push.SendMoreFrame("a").SendFrame("b");
        var message = await pull.ReceiveMultipartMessageAsync().WaitAsync(Endpoints.Deadline);
        Assert.Equal(2, message.FrameCount);
        using var cancel = new CancellationTokenSource();
        var never = pull.ReceiveFrameBytesAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => never);
    }

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
}
