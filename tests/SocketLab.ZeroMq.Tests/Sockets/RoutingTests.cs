using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Sockets;

/// <summary>Whose turn it is: round robin out, which passes over full peers, and fair queuing in (RFC 28, 30).</summary>
public class RoutingTests
{
    [Theory]
    [InlineData(false, "inproc")]
    [InlineData(true, "inproc")]
    [InlineData(false, "tcp")]
    [InlineData(true, "tcp")]
    public void A_full_peer_is_passed_over_and_costs_the_others_nothing(bool dealer, string transport)
    {
        using ZmqSocket sender = dealer ? new DealerSocket() : new PushSocket();
        using ZmqSocket mute = dealer ? new DealerSocket() : new PullSocket(), good = dealer ? new DealerSocket() : new PullSocket();
        sender.Options.Linger = TimeSpan.Zero;
        sender.Options.SendHighWatermark = 2;
        mute.Options.ReceiveHighWatermark = 2;
        string silent = mute.BindFree(transport);
        if (transport == "tcp")
        {
            // Nobody listens there: only the sender's own queue takes messages, and the system's buffers none.
            mute.Dispose();
        }
        sender.Connect(silent);
        sender.Connect(good.BindFree(transport));
        int queued = transport == "tcp" ? 2 : 4;
        List<string> got = [];
        for (int i = 0; i < 50; i++)
        {
            Assert.True(sender.TrySendFrame(Endpoints.Deadline, $"{i}"), $"message {i} found no room");
            if (i >= 2 * queued || i % 2 == 1)
            {
                got.Add(good.Receive());
            }
        }
        Assert.Equal(Enumerable.Range(0, 50).Where(i => i >= 2 * queued || i % 2 == 1).Select(i => $"{i}"), got);
        Assert.Equal(queued, sender.Peers[0].Queued);
    }

    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void A_flood_from_one_peer_does_not_keep_the_others_waiting(string transport)
    {
        using var pull = new PullSocket();
        string endpoint = pull.BindFree(transport);
        using var flood = new PushSocket($">{endpoint}");
        using var few = new PushSocket($">{endpoint}");
        for (int i = 0; i < 500; i++)
        {
            flood.SendFrame($"f{i}");
        }
        few.SendMoreFrame("1").SendFrame("of 2");
        few.SendFrame("2");
        few.SendFrame("3");
        if (transport != "inproc")
        {
            Endpoints.Until(() => pull.Peers.Sum(p => p.Received) == 503, "all has come");
        }
        List<string> first = [];
        for (int i = 0; i < 6; i++)
        {
            first.Add(string.Join(' ', pull.ReceiveAll()));
        }
        Assert.Equal(["1 of 2", "2", "3"], first.Where(m => m[0] != 'f'));
        Assert.Equal(["f0", "f1", "f2"], first.Where(m => m[0] == 'f'));
    }

    [Fact]
    public void A_router_and_a_rep_take_their_peers_in_turn_too()
    {
        using var router = new RouterSocket();
        using var rep = new ResponseSocket();
        foreach (ZmqSocket server in new ZmqSocket[] { router, rep })
        {
            string endpoint = server.BindFree("tcp");
            using var flood = new DealerSocket($">{endpoint}");
            using var few = new DealerSocket($">{endpoint}");
            for (int i = 0; i < 100; i++)
            {
                flood.SendMoreFrame("").SendFrame("flood");
            }
            few.SendMoreFrame("").SendFrame("one");
            few.SendMoreFrame("").SendFrame("two");
            Endpoints.Until(() => server.Peers.Sum(p => p.Received) == 102, "all has come");
            List<string> first = [];
            for (int i = 0; i < 4; i++)
            {
                first.Add(server.ReceiveAll()[^1]);
                if (server == rep)
                {
                    rep.SendFrame("");
                }
            }
            Assert.Equal(["one", "two"], first.Where(m => m != "flood"));
        }
    }

    [Fact]
    public void Every_peer_has_its_counts_of_what_was_queued_sent_received_and_dropped()
    {
        using var router = new RouterSocket();
        router.Options.SendHighWatermark = 3;
        string endpoint = router.BindFree("inproc");
        using var a = new DealerSocket();
        using var b = new DealerSocket();
        a.Options.Identity = "a"u8.ToArray();
        b.Options.Identity = "b"u8.ToArray();
        a.Options.ReceiveHighWatermark = b.Options.ReceiveHighWatermark = 3;
        a.Connect(endpoint);
        b.Connect(endpoint);
        a.SendFrame("1");
        a.SendFrame("2");
        b.SendFrame("3");
        for (int i = 0; i < 3; i++)
        {
            router.ReceiveAll();
        }
        for (int i = 0; i < 8; i++)
        {
            router.SendMoreFrame("a").SendFrame("x");
        }
        router.SendMoreFrame("b").SendFrame("y");
        Assert.Equal("x", a.Receive());
        var peers = router.Peers;
        Assert.Equal((5, 1, 2, 2), (peers[0].Queued, peers[0].Sent, peers[0].Received, peers[0].Dropped));
        Assert.Equal((1, 0, 1, 0), (peers[1].Queued, peers[1].Sent, peers[1].Received, peers[1].Dropped));
        Assert.All(peers, p => Assert.True(p.IsConnected));
    }
}
