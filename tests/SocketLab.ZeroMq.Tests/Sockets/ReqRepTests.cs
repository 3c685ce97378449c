using SocketLab.ZeroMq;
using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Sockets;

public class ReqRepTests
{
    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void A_request_gets_its_reply(string transport)
    {
        using var rep = new ResponseSocket();
        using var req = new RequestSocket();
        req.Connect(rep.BindFree(transport));
        for (int i = 0; i < 100; i++)
        {
            req.SendFrame($"request {i}");
            Assert.Equal($"request {i}", rep.Receive());
            rep.SendFrame($"reply {i}");
            Assert.Equal($"reply {i}", req.Receive());
        }
    }

    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void Frames_of_a_request_arrive_together_and_in_order(string transport)
    {
        using var rep = new ResponseSocket();
        using var req = new RequestSocket();
        req.Connect(rep.BindFree(transport));
        req.SendMoreFrame("one").SendMoreFrame("").SendFrame("three");
        Assert.Equal(["one", "", "three"], rep.ReceiveAll());
        rep.SendMoreFrame("a").SendFrame("b");
        Assert.Equal(["a", "b"], req.ReceiveAll());
    }

    [Fact]
    public void Calls_out_of_turn_say_whose_turn_it_is()
    {
        using var rep = new ResponseSocket();
        using var req = new RequestSocket();
        req.Connect(rep.BindFree("tcp"));
        Assert.Contains("send a request", Assert.Throws<FiniteStateMachineException>(() => req.ReceiveFrameString()).Message, StringComparison.Ordinal);
        Assert.Contains("receive a request", Assert.Throws<FiniteStateMachineException>(() => rep.SendFrame("x")).Message, StringComparison.Ordinal);
        req.SendFrame("x");
        Assert.Contains("receive the reply", Assert.Throws<FiniteStateMachineException>(() => req.SendFrame("y")).Message, StringComparison.Ordinal);
        rep.Receive();
        Assert.Contains("send the reply", Assert.Throws<FiniteStateMachineException>(() => rep.ReceiveFrameString()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Requests_go_to_the_servers_in_turn()
    {
        using var one = new ResponseSocket();
        using var two = new ResponseSocket();
        using var req = new RequestSocket();
        req.Connect(one.BindFree("tcp"));
        req.Connect(two.BindFree("tcp"));
        for (int i = 0; i < 6; i++)
        {
            req.SendFrame("x");
            var asked = i % 2 == 0 ? one : two;
            asked.Receive();
            asked.SendFrame("y");
            Assert.Equal("y", req.Receive());
        }
    }

    [Fact]
    public void An_asker_that_leaves_costs_the_next_one_nothing()
    {
        using var rep = new ResponseSocket();
        string endpoint = rep.BindFree("tcp");
        using (var leaving = new RequestSocket())
        {
            leaving.Connect(endpoint);
            leaving.SendFrame("bye");
            Assert.Equal("bye", rep.Receive());
        }
        using var staying = new RequestSocket();
        staying.Connect(endpoint);
        staying.SendFrame("hello");
        rep.SendFrame("to nobody");
        Assert.Equal("hello", rep.Receive());
        rep.SendFrame("to you");
        Assert.Equal("to you", staying.Receive());
    }

    [Fact]
    public void A_relaxed_correlated_request_may_be_sent_again_and_gets_its_own_reply()
    {
        using var rep = new ResponseSocket();
        using var req = new RequestSocket();
        req.Options.Relaxed = true;
        req.Options.Correlate = true;
        req.Connect(rep.BindFree("tcp"));
        req.SendFrame("first");
        Assert.Equal("first", rep.Receive());
        req.SendFrame("second");
        rep.SendFrame("to the first");
        Assert.Equal("second", rep.Receive());
        rep.SendFrame("to the second");
        Assert.Equal("to the second", req.Receive());
    }

    [Fact]
    public void A_request_waits_for_a_server_that_comes_later()
    {
        using var probe = new ResponseSocket();
        string endpoint = probe.BindFree("tcp");
        probe.Dispose();
        using var req = new RequestSocket();
        req.Connect(endpoint);
        req.SendFrame("early");
        using var rep = new ResponseSocket();
        rep.Bind(endpoint);
        Assert.Equal("early", rep.Receive());
        rep.SendFrame("late");
        Assert.Equal("late", req.Receive());
    }
}
