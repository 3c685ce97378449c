using SocketLab.ZeroMq.Monitoring;
using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Sockets;

/// <summary>A drop says by a value of which kind it is, and is counted for the peer, where there is one.</summary>
public class DropTests
{
    [Theory]
    [InlineData("tcp")]
    [InlineData("inproc")]
    public void For_a_full_subscriber(string transport)
    {
        using var drops = new Drops();
        using var pub = new XPublisherSocket { Observe = drops.On };
        pub.Options.SendHighWatermark = 5;
        using var sub = new SubscriberSocket();
        sub.Options.ReceiveHighWatermark = 5;
        sub.Subscribe("");
        sub.Connect(pub.BindFree(transport));
        Assert.Equal("\u0001", pub.Receive());
        byte[] body = new byte[100_000];
        for (int i = 0; i < 10_000 && drops.Count == 0; i++)
        {
            pub.SendFrame(body);
        }
        Assert.Equal((ZmqDropKind.QueueFull, 1, true), drops.Wait());
        Assert.Equal(1, pub.Peers.Single().Dropped);
    }

    [Fact]
    public void For_a_peer_that_has_gone()
    {
        using var drops = new Drops();
        using var push = new PushSocket { Observe = drops.On };
        push.Options.Linger = TimeSpan.Zero;
        string endpoint;
        using (var probe = new PullSocket())
        {
            endpoint = probe.BindFree("tcp");
        }
        push.Connect(endpoint);
        push.SendFrame("1");
        push.SendFrame("2");
        push.Disconnect(endpoint);
        Assert.Equal((ZmqDropKind.PeerGone, 2, true), drops.Wait());
        Assert.Equal(2, push.GonePeers.Dropped);
    }

    [Fact]
    public void For_an_asker_that_has_gone()
    {
        using var drops = new Drops();
        using var rep = new ResponseSocket { Observe = drops.On };
        string endpoint = rep.BindFree("tcp");
        using (var req = new RequestSocket($">{endpoint}"))
        {
            req.SendFrame("?");
            Assert.Equal("?", rep.Receive());
        }
        Endpoints.Until(() => rep.Peers.Count == 0, "the asker is gone");
        rep.SendFrame("!");
        Assert.Equal((ZmqDropKind.PeerGone, 1, true), drops.Wait());
    }

    [Fact]
    public void For_a_routing_id_that_nobody_has_and_for_a_message_that_is_nothing_else()
    {
        using var drops = new Drops();
        using var router = new RouterSocket { Observe = drops.On };
        router.BindFree("tcp");
        router.SendMoreFrame("nobody").SendFrame("x");
        Assert.Equal((ZmqDropKind.NoSuchPeer, 1, false), drops.Wait());
        router.SendFrame("nobody");
        Assert.Equal((ZmqDropKind.NoSuchPeer, 1, false), drops.Wait());
    }

    [Fact]
    public void For_a_request_without_delimiter()
    {
        using var drops = new Drops();
        using var rep = new ResponseSocket { Observe = drops.On };
        using var dealer = new DealerSocket($">{rep.BindFree("tcp")}");
        dealer.SendFrame("no delimiter");
        dealer.SendMoreFrame("").SendFrame("request");
        Assert.Equal("request", rep.Receive());
        Assert.Equal((ZmqDropKind.Malformed, 1, true), drops.Wait());
    }

    [Fact]
    public void For_a_program_that_does_not_receive_what_its_subscribers_send()
    {
        using var drops = new Drops();
        using var pub = new XPublisherSocket { Observe = drops.On };
        pub.Options.ReceiveHighWatermarkBytes = 100;
        using var sub = new XSubscriberSocket($">{pub.BindFree("tcp")}");
        sub.SendFrame(new byte[101].Select(_ => (byte)'x').ToArray());
        Assert.Equal((ZmqDropKind.Unreceived, 1, true), drops.Wait());
    }

    [Fact]
    public async Task A_monitor_has_the_value_too()
    {
        using var router = new RouterSocket();
        router.BindFree("tcp");
        using var monitor = new ZmqMonitor(router, "inproc://monitor", SocketEvents.Dropped);
        ZmqMonitorCountEventArgs? drop = null;
        using var told = new ManualResetEventSlim();
        monitor.Dropped += (_, e) =>
        {
            drop = e;
            told.Set();
        };
        var running = monitor.StartAsync();
        router.SendMoreFrame("nobody").SendFrame("x");
        Assert.True(told.Wait(Endpoints.Deadline));
        monitor.Stop();
        await running;
        Assert.Equal((ZmqDropKind.NoSuchPeer, 1, "no peer has this routing id"), (drop!.Drop, drop.Count, drop.Reason));
    }

    /// <summary>The drops of a socket: kind, how many, and whether the event names a peer.</summary>
    private sealed class Drops : IDisposable
    {
        private readonly System.Collections.Concurrent.BlockingCollection<(ZmqDropKind, long, bool)> _seen = [];

        public int Count => _seen.Count;

        public void On(in ZmqEvent e)
        {
            if (e.Kind == ZmqEventKind.Dropped)
            {
                _seen.Add((e.Drop, e.Count, e.Remote is not null));
            }
            else
            {
                Assert.Equal(ZmqDropKind.None, e.Drop);
            }
        }

        public (ZmqDropKind Kind, long Count, bool HasPeer) Wait()
        {
            Assert.True(_seen.TryTake(out var drop, Endpoints.Deadline), "no drop was told");
            return drop;
        }

        public void Dispose() => _seen.Dispose();
    }
}
