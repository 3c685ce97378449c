using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketLab.ZeroMq.Sockets;
using SocketLab.ZeroMq.Tests.Zmtp;

namespace SocketLab.ZeroMq.Tests.Sockets;

/// <summary>REQ's Correlate and Relaxed, turns when the program polls, ROUTER's Mandatory with a full peer.</summary>
public class RequestOptionsTests
{
    [Fact]
    public void A_correlated_request_takes_only_the_reply_with_its_number()
    {
        using var router = new RouterSocket();
        using var req = new RequestSocket();
        req.Options.Correlate = true;
        req.Options.Identity = "me"u8.ToArray();
        req.Connect(router.BindFree("tcp"));
        req.SendFrame("question");
        var message = router.ReceiveMultipartMessage();
        Assert.Equal(4, message.FrameCount);
        byte[] number = message[1].ToByteArray();
        Assert.Equal(4, number.Length);
        router.SendMultipartBytes("me"u8.ToArray(), [1, 2, 3], [], "short number"u8.ToArray());
        router.SendMultipartBytes("me"u8.ToArray(), [.. number[..3], (byte)(number[3] + 1)], [], "another's"u8.ToArray());
        router.SendMultipartBytes("me"u8.ToArray(), [], "none"u8.ToArray());
        router.SendMultipartBytes("me"u8.ToArray(), number, [], "mine"u8.ToArray());
        Assert.Equal("mine", req.Receive());
    }

    [Fact]
    public void A_relaxed_request_without_a_number_gives_the_connection_up_with_the_request()
    {
        using var rep = new ResponseSocket();
        using var req = new RequestSocket();
        req.Options.Relaxed = true;
        req.Options.ReconnectInterval = TimeSpan.FromMilliseconds(5);
        req.Connect(rep.BindFree("tcp"));
        for (int i = 0; i < 20; i++)
        {
            req.SendFrame($"first {i}");
            Assert.Equal($"first {i}", rep.Receive());
            if (i % 2 == 0)
            {
                // The late reply is on its way, or here already, when the second request is sent.
                rep.SendFrame("to the first");
                req.SendFrame($"second {i}");
            }
            else
            {
                req.SendFrame($"second {i}");
                rep.SendFrame("to the first");
            }
            Assert.Equal($"second {i}", rep.Receive());
            rep.SendFrame($"to the second {i}");
            Assert.Equal($"to the second {i}", req.Receive());
        }
    }

    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void A_program_that_polls_must_still_receive_before_it_sends(string transport)
    {
        using var rep = new ResponseSocket();
        using var req = new RequestSocket();
        req.Connect(rep.BindFree(transport));
        req.SendFrame("1");
        Assert.Equal(PollEvents.PollIn, rep.Poll(PollEvents.PollIn | PollEvents.PollOut, Endpoints.Deadline));
        Assert.False(rep.HasOut);
        Assert.Throws<FiniteStateMachineException>(() => rep.SendFrame("to what?"));
        Assert.Equal("1", rep.Receive());
        Assert.True(rep.HasOut);
        Assert.False(rep.HasIn);
        rep.SendFrame("one");
        Assert.Equal(PollEvents.PollIn, req.Poll(PollEvents.PollIn | PollEvents.PollOut, Endpoints.Deadline));
        Assert.False(req.HasOut);
        Assert.Throws<FiniteStateMachineException>(() => req.SendFrame("2"));
        Assert.Equal("one", req.Receive());
        Assert.True(req.HasOut);
        req.SendFrame("2");
        Assert.Equal("2", rep.Receive());
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("inproc")]
    public void A_mandatory_router_waits_for_a_full_peer_and_else_drops_for_it(string transport)
    {
        using var router = new RouterSocket();
        router.Options.RouterMandatory = true;
        router.Options.SendHighWatermark = 5;
        using var dealer = new DealerSocket();
        dealer.Options.Identity = "d"u8.ToArray();
        dealer.Options.ReceiveHighWatermark = 5;
        dealer.Connect(router.BindFree(transport));
        dealer.SendFrame("hello");
        Assert.Equal(["d", "hello"], router.ReceiveAll());
        int sent = 0;
        while (router.TrySendMultipartBytes(TimeSpan.FromMilliseconds(200), "d"u8.ToArray(), new byte[50_000]))
        {
            Assert.True(++sent < 5_000, "it never waited");
        }
        router.Options.RouterMandatory = false;
        Assert.True(router.TrySendMultipartBytes("d"u8.ToArray(), "dropped"u8.ToArray()));
        Assert.Equal(1, router.Peers.Single().Dropped);
        for (int i = 0; i < sent; i++)
        {
            Assert.True(dealer.TryReceiveFrameBytes(Endpoints.Deadline, out var bytes));
            Assert.Equal(50_000, bytes.Length);
        }
        Assert.False(dealer.HasIn);
    }

    [Fact]
    public void Within_the_process_too_the_second_of_two_identities_takes_over_when_handover_is_on()
    {
        using var router = new RouterSocket();
        router.Options.RouterHandover = true;
        string endpoint = router.BindFree("inproc");
        using var first = new DealerSocket();
        using var second = new DealerSocket();
        first.Options.Identity = second.Options.Identity = "same"u8.ToArray();
        first.Connect(endpoint);
        second.Connect(endpoint);
        first.SendFrame("not heard");
        second.SendFrame("heard");
        Assert.Equal(["same", "heard"], router.ReceiveAll());
        router.SendMoreFrame("same").SendFrame("reply");
        Assert.Equal("reply", second.Receive());
        Assert.False(router.HasIn);
    }


    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_second_reply_to_one_request_is_not_taken_for_the_next_ones(bool twoServers)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var req = new RequestSocket();
        req.Options.HeartbeatInterval = TimeSpan.Zero;
        req.Connect($"tcp://{listener.LocalEndpoint}");
        using var rep = WirePeer.Accept(listener);
        rep.Greet("REP");
        using var other = new ResponseSocket();
        if (twoServers)
        {
            req.Connect(other.BindFree("tcp"));
            Endpoints.Until(() => req.Peers.All(p => p.IsConnected), "both are there");
        }
        for (int i = 0; i < 20; i++)
        {
            req.SendFrame($"question {i}");
            rep.ReceiveFrame();
            Assert.Equal($"question {i}", Encoding.ASCII.GetString(rep.ReceiveFrame().Body));
            rep.Send([1, 0, 0, 1, (byte)'1']);
            Assert.Equal("1", req.Receive());
            // On loopback it is in the other side's buffer when the call returns; what comes within the same millisecond is not looked for.
            rep.Send([1, 0, 0, 1, (byte)'2']);
            long now = Environment.TickCount64;
            Endpoints.Until(() => Environment.TickCount64 != now, "the clock goes on");
            if (twoServers)
            {
                req.SendFrame("to the other");
                Assert.Equal("to the other", other.Receive());
                other.SendFrame("from the other");
                Assert.Equal("from the other", req.Receive());
            }
        }
    }
}
