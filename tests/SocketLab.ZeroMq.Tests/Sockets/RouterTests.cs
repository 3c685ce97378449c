using System.Text;
using SocketLab.ZeroMq;
using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Sockets;

public class RouterTests
{
    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void A_router_answers_by_identity(string transport)
    {
        using var router = new RouterSocket();
        string endpoint = router.BindFree(transport);
        using var a = new DealerSocket();
        using var b = new DealerSocket();
        a.Options.Identity = "A"u8.ToArray();
        b.Options.Identity = "B"u8.ToArray();
        a.Connect(endpoint);
        b.Connect(endpoint);
        a.SendFrame("from a");
        Assert.Equal(["A", "from a"], router.ReceiveAll());
        b.SendMoreFrame("from").SendFrame("b");
        Assert.Equal(["B", "from", "b"], router.ReceiveAll());
        router.SendMoreFrame("B").SendFrame("to b");
        router.SendMoreFrame("A").SendMoreFrame("to").SendFrame("a");
        Assert.Equal("to b", b.Receive());
        Assert.Equal(["to", "a"], a.ReceiveAll());
    }

    [Fact]
    public void A_peer_without_identity_gets_an_id_of_five_octets_that_begins_with_zero()
    {
        using var router = new RouterSocket();
        using var req = new RequestSocket();
        req.Connect(router.BindFree("tcp"));
        req.SendFrame("ask");
        var message = router.ReceiveMultipartMessage();
        Assert.Equal(3, message.FrameCount);
        Assert.Equal(5, message[0].MessageSize);
        Assert.Equal(0, message[0].Buffer[0]);
        Assert.True(message[1].IsEmpty);
        router.SendMultipartMessage(new ZmqMessage([message[0], ZmqFrame.Empty, new ZmqFrame("answer")]));
        Assert.Equal("answer", req.Receive());
    }

    [Fact]
    public void To_an_unknown_peer_a_router_drops_or_says_so_when_mandatory()
    {
        using var router = new RouterSocket();
        router.BindFree("tcp");
        router.SendMoreFrame("nobody").SendFrame("x");
        router.Options.RouterMandatory = true;
        Assert.Throws<HostUnreachableException>(() => router.SendMoreFrame("nobody"));
        Assert.Throws<HostUnreachableException>(() => router.SendMultipartBytes("nobody"u8.ToArray(), [1]));
        router.Options.RouterMandatory = false;
        router.SendMoreFrame("nobody").SendFrame("still usable");
    }

    [Fact]
    public void A_peer_that_leaves_between_its_id_and_the_last_frame_is_unreachable_and_nothing_is_left_over()
    {
        using var router = new RouterSocket();
        router.Options.RouterMandatory = true;
        string endpoint = router.BindFree("tcp");
        using (var first = new DealerSocket())
        {
            first.Options.Identity = "d"u8.ToArray();
            first.Connect(endpoint);
            first.SendFrame("hello");
            router.ReceiveAll();
            router.SendMoreFrame("d").SendMoreFrame("to the first");
        }
        Endpoints.Until(() => router.Peers.Count == 0, "it is gone");
        Assert.Throws<HostUnreachableException>(() => router.SendFrame("the rest"));
        using var second = new DealerSocket();
        second.Options.Identity = "d"u8.ToArray();
        second.Connect(endpoint);
        second.SendFrame("hello");
        router.ReceiveAll();
        router.SendMoreFrame("d").SendFrame("whole");
        Assert.Equal(["whole"], second.ReceiveAll());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_two_peers_with_one_identity_handover_says_who_is_heard(bool handover)
    {
        using var router = new RouterSocket();
        router.Options.RouterHandover = handover;
        string endpoint = router.BindFree("tcp");
        using var first = new DealerSocket();
        using var second = new DealerSocket();
        first.Options.ReconnectInterval = second.Options.ReconnectInterval = TimeSpan.FromMilliseconds(-1);
        first.Options.Identity = second.Options.Identity = Encoding.ASCII.GetBytes("same");
        first.Connect(endpoint);
        first.SendFrame("1");
        Assert.Equal(["same", "1"], router.ReceiveAll());
        second.Connect(endpoint);
        second.SendFrame("2");
        if (handover)
        {
            Assert.Equal(["same", "2"], router.ReceiveAll());
        }
        else
        {
            Endpoints.Until(() => router.Peers.Count == 2, "both connected");
        }
        router.SendMoreFrame("same").SendFrame("reply");
        Assert.Equal("reply", (handover ? second : first).Receive());
    }

    [Fact]
    public void A_dealer_and_a_rep_meet_with_an_empty_frame()
    {
        using var rep = new ResponseSocket();
        using var dealer = new DealerSocket();
        dealer.Connect(rep.BindFree("tcp"));
        dealer.SendMoreFrame("id").SendMoreFrame("").SendFrame("one");
        dealer.SendMoreFrame("").SendFrame("two");
        Assert.Equal("one", rep.Receive());
        rep.SendFrame("ONE");
        Assert.Equal("two", rep.Receive());
        rep.SendFrame("TWO");
        Assert.Equal(["id", "", "ONE"], dealer.ReceiveAll());
        Assert.Equal(["", "TWO"], dealer.ReceiveAll());
    }

    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void A_pair_talks_both_ways_and_turns_a_third_away(string transport)
    {
        using var one = new PairSocket();
        string endpoint = one.BindFree(transport);
        using var two = new PairSocket();
        two.Connect(endpoint);
        two.SendFrame("hello");
        Assert.Equal("hello", one.Receive());
        using var third = new PairSocket();
        third.Options.Linger = TimeSpan.Zero;
        third.Connect(endpoint);
        third.TrySendFrame("me too");
        one.SendFrame("world");
        Assert.Equal("world", two.Receive());
        two.SendFrame("again");
        Assert.Equal("again", one.Receive());
    }


    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_but_a_routing_id_is_no_message_and_is_dropped(bool mandatory)
    {
        using var router = new RouterSocket();
        router.Options.RouterMandatory = mandatory;
        using var dealer = new DealerSocket();
        dealer.Options.Identity = "d"u8.ToArray();
        dealer.Connect(router.BindFree("tcp"));
        dealer.SendFrame("hello");
        router.ReceiveAll();
        router.SendFrame("d");
        router.SendFrame("nobody");
        router.SendMoreFrame("d").SendFrame("");
        Assert.Equal("", dealer.Receive());
        router.SendMoreFrame("d").SendFrame("next");
        Assert.Equal("next", dealer.Receive());
    }
}
