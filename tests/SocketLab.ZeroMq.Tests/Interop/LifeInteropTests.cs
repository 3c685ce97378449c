using SocketLab.ZeroMq.Sockets;
using SocketLab.ZeroMq.Tests.Sockets;

namespace SocketLab.ZeroMq.Tests.Interop;

/// <summary>What happens over time between libzmq and us: subscriptions that come and go, full queues, restarts, silence.</summary>
public class LifeInteropTests(PyPeer peer) : IClassFixture<PyPeer>
{
    [Theory]
    [MemberData(nameof(Endpoints.Streams), MemberType = typeof(Endpoints))]
    public void Libzmqs_subscriptions_and_cancellations_take_effect_here(string transport)
    {
        using var pub = new XPublisherSocket();
        string name = peer.New("SUB");
        peer.Ask($"subscribe {name} a");
        peer.Ask($"connect {name} {pub.BindFree(transport)}");
        Assert.Equal("\u0001a", pub.Receive());
        peer.Ask($"subscribe {name} b");
        Assert.Equal("\u0001b", pub.Receive());
        pub.SendFrame("c1");
        pub.SendFrame("b1");
        Assert.Equal("b1", peer.Ask($"recv {name}"));
        peer.Ask($"unsubscribe {name} b");
        Assert.Equal("\u0000b", pub.Receive());
        pub.SendFrame("b2");
        pub.SendFrame("a2");
        Assert.Equal("a2", peer.Ask($"recv {name}"));
        peer.Ask($"close {name}");
        Assert.Equal("\u0000a", pub.Receive());
    }

    [Theory]
    [MemberData(nameof(Endpoints.Streams), MemberType = typeof(Endpoints))]
    public void Our_subscriptions_and_cancellations_take_effect_at_libzmq(string transport)
    {
        string name = peer.New("XPUB");
        using var sub = new SubscriberSocket($">{peer.BindFree(name, transport)}");
        sub.Subscribe("a");
        Assert.Equal("\\1a", peer.Ask($"recv {name}"));
        sub.Subscribe("a");
        sub.Subscribe("b");
        Assert.Equal("\\1b", peer.Ask($"recv {name}"));
        peer.Ask($"send {name} c1");
        peer.Ask($"send {name} a1");
        Assert.Equal("a1", sub.Receive());
        sub.Unsubscribe("a");
        sub.Unsubscribe("b");
        Assert.Equal("\\0b", peer.Ask($"recv {name}"));
        peer.Ask($"send {name} a2");
        Assert.Equal("a2", sub.Receive());
        sub.Unsubscribe("a");
        Assert.Equal("\\0a", peer.Ask($"recv {name}"));
        peer.Ask($"close {name}");
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    public void A_full_libzmq_stops_us_and_everything_arrives_when_it_reads(string transport)
    {
        string name = peer.New("PULL", "RCVHWM=10");
        using var push = new PushSocket();
        push.Options.SendHighWatermark = 10;
        push.Connect(peer.BindFree(name, transport));
        byte[] body = new byte[4096];
        int sent = 0;
        while (push.TrySendFrame(TimeSpan.FromMilliseconds(300), body))
        {
            Assert.True(++sent < 100_000, "no limit was felt");
        }
        Assert.Equal(10, push.Peers.Single().Queued);
        peer.Begin($"drain {name} 1000");
        Assert.Equal($"{sent}", peer.End("drain"));
        peer.Ask($"close {name}");
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    public void We_stop_libzmq_when_we_are_full_and_lose_nothing(string transport)
    {
        using var pull = new PullSocket();
        pull.Options.ReceiveHighWatermark = 10;
        string name = peer.New("PUSH", "SNDHWM=10");
        peer.Ask($"connect {name} {pull.BindFree(transport)}");
        int sent = int.Parse(peer.Ask($"fill {name} 4096 300"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(sent, 20, 100_000);
        for (int i = 0; i < sent; i++)
        {
            Assert.True(pull.TrySkipFrame(Endpoints.Deadline), $"{i} of {sent}");
        }
        Assert.False(pull.TrySkipFrame());
        peer.Ask($"close {name}");
    }

    [Theory]
    [MemberData(nameof(Endpoints.Streams), MemberType = typeof(Endpoints))]
    public void A_libzmq_that_is_killed_and_started_again_finds_us_as_before(string transport)
    {
        using var other = new PyPeer();
        string name = other.New("XPUB");
        string endpoint = other.BindFree(name, transport);
        using var gone = new Seen(ZmqEventKind.Disconnected);
        using var sub = new SubscriberSocket { Observe = gone.On };
        sub.Subscribe("t");
        sub.Connect(endpoint);
        Assert.Equal("\\1t", other.Ask($"recv {name}"));
        other.Kill();
        gone.Wait();
        name = other.New("XPUB");
        other.Ask($"bind {name} {endpoint}");
        Assert.Equal("\\1t", other.Ask($"recv {name}"));
        other.Ask($"send {name} t1");
        Assert.Equal("t1", sub.Receive());
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    public void We_come_back_at_the_same_endpoint_and_libzmq_finds_us(string transport)
    {
        string name = peer.New("PUSH");
        string endpoint;
        using (var first = new PullSocket())
        {
            endpoint = first.BindFree(transport);
            peer.Ask($"connect {name} {endpoint}");
            peer.Ask($"send {name} one");
            Assert.Equal("one", first.Receive());
        }
        using var second = new PullSocket();
        second.Bind(endpoint);
        string got = "";
        Endpoints.Until(
            () =>
            {
                peer.Ask($"send {name} two");
                return second.TryReceiveFrameString(TimeSpan.FromMilliseconds(50), out got!);
            },
            "a message after the restart");
        Assert.Equal("two", got);
        peer.Ask($"close {name}");
    }

    [Theory]
    [MemberData(nameof(Endpoints.Streams), MemberType = typeof(Endpoints))]
    public void Libzmqs_heartbeats_are_answered_while_nobody_receives(string transport)
    {
        int pings = 0, ends = 0;
        using var enough = new ManualResetEventSlim();
        using var pull = new PullSocket();
        pull.Options.HeartbeatInterval = TimeSpan.Zero;
        pull.Observe = (in ZmqEvent e) =>
        {
            ends += e.Kind == ZmqEventKind.Disconnected ? 1 : 0;
            if (e.Kind == ZmqEventKind.CommandReceived && e.Bytes.IndexOf("PING"u8) == 1 && ++pings == 12)
            {
                enough.Set();
            }
        };
        string name = peer.New("PUSH", "HEARTBEAT_IVL=60", "HEARTBEAT_TIMEOUT=400");
        peer.Ask($"connect {name} {pull.BindFree(transport)}");
        Assert.True(enough.Wait(Endpoints.Deadline), "twelve PINGs");
        Assert.Equal(0, ends);
        peer.Ask($"close {name}");
    }

    [Theory]
    [MemberData(nameof(Endpoints.Streams), MemberType = typeof(Endpoints))]
    public void A_stopped_libzmq_is_given_up_and_served_again_when_it_goes_on(string transport)
    {
        using var other = new PyPeer();
        string name = other.New("PULL");
        using var gone = new Seen(ZmqEventKind.Disconnected);
        using var push = new PushSocket { Observe = gone.On };
        push.Options.HeartbeatInterval = TimeSpan.FromMilliseconds(50);
        push.Options.HeartbeatTimeout = TimeSpan.FromMilliseconds(500);
        push.Connect(other.BindFree(name, transport));
        push.SendFrame("before");
        Assert.Equal("before", other.Ask($"recv {name}"));
        other.Stop();
        Assert.Contains("no sign of life", gone.Wait(), StringComparison.Ordinal);
        other.Continue();
        push.SendFrame("after");
        Assert.Equal("after", other.Ask($"recv {name}"));
    }

    [Theory]
    [MemberData(nameof(Endpoints.Streams), MemberType = typeof(Endpoints))]
    public void The_time_to_live_in_libzmqs_PING_holds_although_we_send_no_heartbeats(string transport)
    {
        using var other = new PyPeer();
        using var gone = new Seen(ZmqEventKind.Disconnected);
        using var pinged = new Seen(ZmqEventKind.CommandReceived, "PING");
        using var pull = new PullSocket();
        pull.Observe = (in ZmqEvent e) =>
        {
            gone.On(e);
            pinged.On(e);
        };
        pull.Options.HeartbeatInterval = TimeSpan.Zero;
        string name = other.New("PUSH", "HEARTBEAT_IVL=50", "HEARTBEAT_TTL=500", "HEARTBEAT_TIMEOUT=60000");
        other.Ask($"connect {name} {pull.BindFree(transport)}");
        pinged.Wait();
        other.Stop();
        Assert.Contains("no sign of life for 0.5 s", gone.Wait(), StringComparison.Ordinal);
        other.Continue();
    }

    [Theory]
    [MemberData(nameof(Endpoints.Streams), MemberType = typeof(Endpoints))]
    public void Libzmq_gives_us_up_after_the_time_to_live_that_we_told_it(string transport)
    {
        // A peer that greets and PINGs with a TTL, and then says no more: what we promise on the wire is what libzmq holds us to.
        string name = peer.New("PULL", "HEARTBEAT_IVL=0");
        string endpoint = peer.BindFree(name, transport);
        using var gone = new Seen(ZmqEventKind.Disconnected);
        using var pinged = new Seen(ZmqEventKind.CommandSent, "PING");
        using var push = new PushSocket();
        push.Observe = (in ZmqEvent e) =>
        {
            gone.On(e);
            pinged.On(e);
            if (e.Kind == ZmqEventKind.CommandSent && e.Bytes.IndexOf("PING"u8) == 1)
            {
                // The next heartbeat is far away, and 300 ms of silence is what the first one allowed.
                push.Options.HeartbeatInterval = TimeSpan.FromHours(1);
            }
        };
        push.Options.HeartbeatInterval = TimeSpan.FromMilliseconds(50);
        push.Options.HeartbeatTimeout = TimeSpan.FromHours(2);
        push.Options.HeartbeatTtl = TimeSpan.FromMilliseconds(300);
        push.Connect(endpoint);
        pinged.Wait();
        Assert.Contains("closed by the peer", gone.Wait(), StringComparison.Ordinal);
        peer.Ask($"close {name}");
    }

    [Theory]
    [MemberData(nameof(Endpoints.Streams), MemberType = typeof(Endpoints))]
    public void An_envelope_of_several_ids_comes_back_whole_from_either_REP(string transport)
    {
        using var rep = new ResponseSocket();
        string dealer = peer.New("DEALER");
        peer.Ask($"connect {dealer} {rep.BindFree(transport)}");
        peer.Ask($"send {dealer} one two - body more");
        Assert.Equal(["body", "more"], rep.ReceiveAll());
        rep.SendMoreFrame("the").SendFrame("answer");
        Assert.Equal("one two - the answer", peer.Ask($"recv {dealer}"));
        string theirs = peer.New("REP");
        using var ours = new DealerSocket($">{peer.BindFree(theirs, transport)}");
        ours.SendMoreFrame("one").SendMoreFrame("two").SendMoreFrame("").SendFrame("body");
        Assert.Equal("body", peer.Ask($"recv {theirs}"));
        peer.Ask($"send {theirs} answer");
        Assert.Equal(["one", "two", "", "answer"], ours.ReceiveAll());
        peer.Ask($"close {dealer}");
        peer.Ask($"close {theirs}");
    }

    [Fact]
    public void A_libzmq_of_the_wrong_type_is_refused_by_name_and_the_right_one_is_served()
    {
        using var refused = new Seen(ZmqEventKind.HandshakeFailed);
        using var rep = new ResponseSocket { Observe = refused.On };
        string endpoint = rep.BindFree("tcp");
        string wrong = peer.New("PUSH", "LINGER=0");
        peer.Ask($"connect {wrong} {endpoint}");
        // Both sides refuse; whoever is first closes.
        string reason = refused.Wait();
        Assert.True(reason.Contains("PUSH", StringComparison.Ordinal) || reason == "closed by the peer", reason);
        string right = peer.New("REQ");
        peer.Ask($"connect {right} {endpoint}");
        peer.Ask($"send {right} ask");
        Assert.Equal("ask", rep.Receive());
        rep.SendFrame("answer");
        Assert.Equal("answer", peer.Ask($"recv {right}"));
        peer.Ask($"close {wrong}");
        peer.Ask($"close {right}");
    }

    [Fact]
    public void An_abstract_ipc_name_joins_us_both_ways()
    {
        using var pull = new PullSocket();
        pull.Bind($"ipc://@socketlab-{Guid.NewGuid():N}");
        string push = peer.New("PUSH");
        peer.Ask($"connect {push} {pull.Options.LastEndpoint}");
        peer.Ask($"send {push} hello");
        Assert.Equal("hello", pull.Receive());
        string name = peer.New("PULL");
        string endpoint = $"ipc://@socketlab-{Guid.NewGuid():N}";
        peer.Ask($"bind {name} {endpoint}");
        using var ours = new PushSocket($">{endpoint}");
        ours.SendFrame("back");
        Assert.Equal("back", peer.Ask($"recv {name}"));
        peer.Ask($"close {push}");
        peer.Ask($"close {name}");
    }
}
