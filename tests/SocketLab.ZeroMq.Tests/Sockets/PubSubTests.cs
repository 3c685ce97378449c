using SocketLab.ZeroMq;
using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Sockets;

public class PubSubTests
{
    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void A_subscriber_gets_what_begins_with_its_topic(string transport)
    {
        using var pub = new XPublisherSocket();
        using var sub = new SubscriberSocket();
        sub.Subscribe("a");
        sub.Connect(pub.BindFree(transport));
        Assert.Equal("\u0001a", pub.Receive());
        pub.SendMoreFrame("b1").SendFrame("no");
        pub.SendMoreFrame("a1").SendFrame("yes");
        Assert.Equal(["a1", "yes"], sub.ReceiveAll());
        sub.Subscribe("b");
        Assert.Equal("\u0001b", pub.Receive());
        pub.SendFrame("b2");
        Assert.Equal("b2", sub.Receive());
        sub.Unsubscribe("a");
        Assert.Equal("\u0000a", pub.Receive());
        pub.SendFrame("a3");
        pub.SendFrame("b3");
        Assert.Equal("b3", sub.Receive());
    }

    [Theory]
    [MemberData(nameof(Endpoints.Streams), MemberType = typeof(Endpoints))]
    public void A_bound_subscriber_tells_a_publisher_that_connects(string transport)
    {
        using var sub = new SubscriberSocket();
        sub.SubscribeToAnyTopic();
        string endpoint = sub.BindFree(transport);
        using var pub = new XPublisherSocket();
        pub.Connect(endpoint);
        Assert.Equal("\u0001", pub.Receive());
        pub.SendFrame("hello");
        Assert.Equal("hello", sub.Receive());
    }

    [Fact]
    public void Every_subscriber_gets_every_message_and_a_plain_publisher_too()
    {
        using var pub = new PublisherSocket();
        string endpoint = pub.BindFree("tcp");
        var subs = Enumerable.Range(0, 5).Select(_ => new SubscriberSocket()).ToList();
        using var seen = new CountdownEvent(5);
        pub.Observe = (in ZmqEvent e) =>
        {
            if (e.Kind == ZmqEventKind.Subscribed)
            {
                seen.Signal();
            }
        };
        subs.ForEach(s =>
        {
            s.Subscribe("");
            s.Connect(endpoint);
        });
        Assert.True(seen.Wait(Endpoints.Deadline));
        for (int i = 0; i < 500; i++)
        {
            pub.SendMoreFrame($"{i}").SendFrame(new byte[i * 100]);
        }
        foreach (var sub in subs)
        {
            for (int i = 0; i < 500; i++)
            {
                Assert.Equal($"{i}", sub.Receive());
                Assert.Equal(i * 100, sub.ReceiveFrameBytes().Length);
            }
        }
        subs.ForEach(s => s.Dispose());
    }

    [Fact]
    public void A_publisher_without_subscribers_drops_and_never_waits()
    {
        using var pub = new PublisherSocket();
        pub.BindFree("tcp");
        for (int i = 0; i < 5000; i++)
        {
            Assert.True(pub.TrySendFrame("x"));
        }
    }

    [Fact]
    public void A_slow_subscriber_loses_messages_that_are_counted_and_delays_nobody()
    {
        using var pub = new XPublisherSocket();
        string endpoint = pub.BindFree("tcp");
        using var slow = new SubscriberSocket();
        slow.Subscribe("");
        slow.Connect(endpoint);
        Assert.Equal("\u0001", pub.Receive());
        byte[] body = new byte[64 * 1024];
        for (int i = 0; i < 6000; i++)
        {
            Assert.True(pub.TrySendFrame(body));
        }
        Assert.True(pub.Peers.Single().Dropped > 0);
    }

    [Fact]
    public void Subscriptions_are_sent_again_after_a_reconnect()
    {
        using var sub = new SubscriberSocket();
        sub.Subscribe("t");
        string endpoint;
        using (var first = new XPublisherSocket())
        {
            endpoint = first.BindFree("tcp");
            sub.Connect(endpoint);
            Assert.Equal("\u0001t", first.Receive());
        }
        using var second = new XPublisherSocket();
        second.Bind(endpoint);
        Assert.Equal("\u0001t", second.Receive());
        second.SendFrame("t2");
        Assert.Equal("t2", sub.Receive());
    }

    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void An_xsub_subscribes_by_sending_and_may_speak_up(string transport)
    {
        using var pub = new XPublisherSocket();
        using var sub = new XSubscriberSocket();
        sub.Connect(pub.BindFree(transport));
        sub.SendFrame([1, (byte)'q']);
        if (transport != "inproc")
        {
            Endpoints.Until(() => pub.Peers.Count == 1, "connected");
        }
        Assert.Equal("\u0001q", pub.Receive());
        pub.SendFrame("q!");
        Assert.Equal("q!", sub.Receive());
        sub.SendFrame("upwards");
        Assert.Equal("upwards", pub.Receive());
        sub.SendFrame([0, (byte)'q']);
        Assert.Equal("\u0000q", pub.Receive());
    }


    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void The_topic_is_looked_for_at_the_front_of_the_first_frame_alone(string transport)
    {
        using var pub = new XPublisherSocket();
        using var sub = new SubscriberSocket();
        sub.Subscribe("ab");
        sub.Connect(pub.BindFree(transport));
        Assert.Equal("\u0001ab", pub.Receive());
        pub.SendFrame("a");
        pub.SendFrame("");
        pub.SendFrame("xab");
        pub.SendMoreFrame("x").SendFrame("ab");
        pub.SendMoreFrame("").SendFrame("ab");
        pub.SendFrame("ab");
        pub.SendMoreFrame("abc").SendMoreFrame("").SendFrame("x");
        Assert.Equal(["ab"], sub.ReceiveAll());
        Assert.Equal(["abc", "", "x"], sub.ReceiveAll());
        Assert.False(sub.HasIn);
    }

    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void Every_Subscribe_is_told_and_needs_an_Unsubscribe_of_its_own(string transport)
    {
        using var pub = new XPublisherSocket();
        pub.Options.XPubVerbose = true;
        pub.Options.MaxTopicsPerPeer = 1;
        using var sub = new SubscriberSocket();
        sub.Subscribe("t");
        sub.Connect(pub.BindFree(transport));
        Assert.Equal("\u0001t", pub.Receive());
        // Whoever serves last values answers a subscription, and a repeated one too.
        sub.Subscribe("t");
        Assert.Equal("\u0001t", pub.Receive());
        sub.Unsubscribe("t");
        pub.SendFrame("t1");
        Assert.Equal("t1", sub.Receive());
        Assert.False(pub.HasIn);
        sub.Unsubscribe("t");
        Assert.Equal("\u0000t", pub.Receive());
        sub.Unsubscribe("t");
        sub.Subscribe("u");
        Assert.Equal("\u0001u", pub.Receive());
    }

    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void What_was_on_its_way_when_its_topic_was_cancelled_is_not_received(string transport)
    {
        using var pub = new XPublisherSocket();
        using var sub = new SubscriberSocket();
        sub.Subscribe("a");
        sub.Subscribe("b");
        sub.Connect(pub.BindFree(transport));
        pub.Receive();
        pub.Receive();
        pub.SendMoreFrame("a1").SendFrame("more");
        pub.SendFrame("b1");
        sub.Unsubscribe("a");
        Assert.Equal("b1", sub.Receive());
        Assert.False(sub.HasIn);
    }
}
