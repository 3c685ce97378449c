using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Sockets;

/// <summary>XPUB's verbose, manual, welcome and no-drop modes, and conflating.</summary>
public class PublisherOptionsTests
{
    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void By_default_only_the_first_of_a_topic_and_its_last_cancellation_are_told(string transport)
    {
        using var pub = new XPublisherSocket();
        string endpoint = pub.BindFree(transport);
        using var a = Subscriber(endpoint, "t");
        Assert.Equal("\u0001t", pub.Receive());
        using var b = Subscriber(endpoint, "t");
        b.Subscribe("end");
        Assert.Equal("\u0001end", pub.Receive());
        a.Unsubscribe("t");
        a.Subscribe("still");
        Assert.Equal("\u0001still", pub.Receive());
        b.Unsubscribe("t");
        Assert.Equal("\u0000t", pub.Receive());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Verbose_tells_every_subscription_and_verboser_every_cancellation_too(bool verboser)
    {
        using var pub = new XPublisherSocket();
        pub.Options.XPubVerbose = !verboser;
        pub.Options.XPubVerboser = verboser;
        string endpoint = pub.BindFree("tcp");
        using var a = Subscriber(endpoint, "t");
        Assert.Equal("\u0001t", pub.Receive());
        var b = Subscriber(endpoint, "t");
        Assert.Equal("\u0001t", pub.Receive());
        b.Dispose();
        if (verboser)
        {
            Assert.Equal("\u0000t", pub.Receive());
        }
        Endpoints.Until(() => pub.Peers.Count == 1, "the other is gone");
        a.Unsubscribe("t");
        Assert.Equal("\u0000t", pub.Receive());
        Assert.False(pub.HasIn);
    }

    [Fact]
    public void In_manual_mode_the_program_decides_what_a_peer_is_subscribed_to()
    {
        using var pub = new XPublisherSocket();
        pub.Options.ManualPublisher = true;
        using var sub = new XSubscriberSocket($">{pub.BindFree("tcp")}");
        sub.Subscribe("A");
        Assert.Equal("\u0001A", pub.Receive());
        pub.SendFrame("A: not subscribed to by the program");
        pub.Subscribe("B");
        pub.SendFrame("A: neither");
        pub.SendFrame("B1");
        Assert.Equal("B1", sub.Receive());
        sub.Unsubscribe("A");
        Assert.Equal("\u0000A", pub.Receive());
        pub.SendFrame("B2");
        Assert.Equal("B2", sub.Receive());
        pub.Unsubscribe("B");
        pub.SendFrame("B3");
        pub.Subscribe("C");
        pub.SendFrame("C1");
        Assert.Equal("C1", sub.Receive());
    }

    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void Whoever_comes_is_welcomed_with_the_message_that_was_set(string transport)
    {
        using var pub = new XPublisherSocket();
        pub.SetWelcomeMessage("welcome");
        string endpoint = pub.BindFree(transport);
        using var sub = Subscriber(endpoint, "w");
        Assert.Equal("welcome", sub.Receive());
        Assert.Equal("\u0001w", pub.Receive());
        pub.ClearWelcomeMessage();
        using var late = Subscriber(endpoint, "");
        Assert.Equal("\u0001", pub.Receive());
        pub.SendFrame("news");
        Assert.Equal("news", late.Receive());
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("inproc")]
    public void With_NoDrop_a_publisher_waits_for_a_full_subscriber_and_loses_nothing(string transport)
    {
        using var pub = new XPublisherSocket();
        pub.Options.NoDrop = true;
        pub.Options.SendHighWatermark = 10;
        Assert.True(pub.TrySendMultipartBytes([1], [2]), "nobody is there to wait for");
        using var sub = new SubscriberSocket();
        sub.Options.ReceiveHighWatermark = 10;
        sub.SubscribeToAnyTopic();
        sub.Connect(pub.BindFree(transport));
        Assert.Equal("\u0001", pub.Receive());
        int sent = 0;
        while (pub.TrySendFrame(TimeSpan.FromMilliseconds(200), new byte[50_000]))
        {
            Assert.True(++sent < 10_000, "it never waited");
        }
        for (int i = 0; i < sent; i++)
        {
            Assert.True(sub.TrySkipFrame(Endpoints.Deadline), $"{i} of {sent}");
        }
        Assert.True(pub.TrySendMultipartBytes(Endpoints.Deadline, "last"u8.ToArray(), [1]));
        Assert.Equal("last", sub.ReceiveAll()[0]);
        Assert.Equal(0, pub.Peers.Single().Dropped);
    }

    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void A_conflating_receiver_keeps_only_the_newest(string transport)
    {
        using var pull = new PullSocket();
        pull.Options.Conflate = true;
        using var push = new PushSocket($">{pull.BindFree(transport)}");
        for (int i = 1; i <= 500; i++)
        {
            push.SendFrame($"{i}");
        }
        if (transport != "inproc")
        {
            Endpoints.Until(() => pull.Peers is [{ Received: 500 }], "all have come");
        }
        Assert.Equal("500", pull.Receive());
        Assert.False(pull.HasIn);
        push.SendFrame("next");
        Assert.Equal("next", pull.Receive());
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("inproc")]
    public void A_conflating_sender_keeps_only_the_newest_for_a_peer_that_is_not_there_yet(string transport)
    {
        string endpoint;
        using (var probe = new PullSocket())
        {
            endpoint = probe.BindFree(transport);
        }
        using var push = new PushSocket();
        push.Options.Conflate = true;
        push.Connect(endpoint);
        for (int i = 1; i <= 5000; i++)
        {
            Assert.True(push.TrySendFrame($"{i}"));
        }
        using var pull = new PullSocket($"@{endpoint}");
        Assert.Equal("5000", pull.Receive());
        push.SendFrame("next");
        Assert.Equal("next", pull.Receive());
    }


    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void In_manual_mode_a_peer_that_goes_cancels_what_it_asked_for_and_loses_what_it_was_given(string transport)
    {
        using var pub = new XPublisherSocket();
        pub.Options.ManualPublisher = true;
        string endpoint = pub.BindFree(transport);
        using var other = new XSubscriberSocket($">{endpoint}");
        other.Subscribe("asked");
        Assert.Equal("\u0001asked", pub.Receive());
        using (var sub = new XSubscriberSocket($">{endpoint}"))
        {
            sub.Subscribe("asked");
            Assert.Equal("\u0001asked", pub.Receive());
            pub.Subscribe("given");
            pub.SendFrame("given 1");
            Assert.Equal("given 1", sub.Receive());
        }
        Assert.Equal("\u0000asked", pub.Receive());
        // Nobody is there any more to be given anything.
        pub.Subscribe("given");
        pub.SendFrame("given 2");
        Assert.False(other.HasIn);
        Assert.False(pub.HasIn);
    }

    [Fact]
    public void An_empty_welcome_is_none()
    {
        using var pub = new XPublisherSocket();
        pub.SetWelcomeMessage("");
        using var sub = Subscriber(pub.BindFree("tcp"), "");
        Assert.Equal("\u0001", pub.Receive());
        pub.SendFrame("news");
        Assert.Equal("news", sub.Receive());
    }

    private static SubscriberSocket Subscriber(string endpoint, string topic)
    {
        var sub = new SubscriberSocket();
        sub.Subscribe(topic);
        sub.Connect(endpoint);
        return sub;
    }
}
