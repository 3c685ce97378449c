using System.Diagnostics;
using System.Globalization;
using SocketLab.ZeroMq.Sockets;
using SocketLab.ZeroMq.Tests.Zmtp;
using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Tests.Hostile;

/// <summary>Too many of something: peers, subscriptions, connections that come and go, or time.</summary>
[Collection(Alone.Name)]
public class CrowdTests
{
    [Fact]
    public void A_silent_crowd_of_500_keeps_nobody_waiting_and_is_sent_home()
    {
        int ended = 0;
        using var pull = (PullSocket)Kinds.Make("PULL");
        pull.Options.HandshakeTimeout = TimeSpan.FromSeconds(2);
        pull.Options.Backlog = 600;
        pull.Observe = (in ZmqEvent e) => ended += e.Kind == ZmqEventKind.HandshakeFailed ? 1 : 0;
        string endpoint = pull.BindFree("tcp");
        var before = Holdings.Now();
        var crowd = Enumerable.Range(0, 500).Select(_ => WirePeer.Connect(endpoint)).ToList();
        for (int i = 0; i < 5; i++)
        {
            Good.IsServed(pull, endpoint);
        }
        Endpoints.Until(() => Volatile.Read(ref ended) >= 500, "the silent ones are given up");
        crowd.ForEach(peer => peer.Dispose());
        before.AssertHeld(16, handles: 8);
        Good.IsServed(pull, endpoint);
    }

    [Fact]
    public void One_octet_at_a_time_does_not_stretch_the_time_for_a_handshake()
    {
        using var failed = new Seen(ZmqEventKind.HandshakeFailed);
        using var pull = Good.Pull(failed, out string endpoint);
        pull.Options.HandshakeTimeout = TimeSpan.FromMilliseconds(300);
        byte[] flight = [.. RawPeer.Greeting, .. RawPeer.Ready("PUSH")];
        using var slow = WirePeer.Connect(endpoint);
        using var stop = new CancellationTokenSource();
        var begin = Stopwatch.StartNew();
        var dripping = new Thread(() =>
        {
            // All but the last octet, as slowly as it would take thirty times the time.
            for (int i = 0; i < flight.Length - 1 && !stop.Token.WaitHandle.WaitOne(100); i++)
            {
                slow.Send(flight.AsSpan(i, 1));
            }
        });
        dripping.Start();
        Assert.Contains("no complete handshake within 0.3 s", failed.Wait(), StringComparison.Ordinal);
        Assert.True(begin.Elapsed >= TimeSpan.FromMilliseconds(290), "it was not given its time");
        stop.Cancel();
        dripping.Join();
        pull.Options.HandshakeTimeout = Endpoints.Deadline;
        Good.IsServed(pull, endpoint);
    }

    [Fact]
    public void Two_thousand_that_come_and_go_leave_nothing_behind()
    {
        using var pull = Good.Pull(null, out string endpoint);
        Good.IsServed(pull, endpoint);
        var before = Holdings.Now();
        byte[][] openings = [[], [0xff], RawPeer.Greeting, [.. RawPeer.Greeting, .. RawPeer.Ready("PUSH")], [.. RawPeer.Greeting, .. RawPeer.Ready("PUB")]];
        for (int i = 0; i < 2_000; i++)
        {
            using var peer = WirePeer.Connect(endpoint);
            peer.Send(openings[i % openings.Length]);
            if (i % 2 == 0)
            {
                peer.Reset();
            }
        }
        Good.IsServed(pull, endpoint);
        Endpoints.Until(() => pull.Peers.Count == 0, "the peers that left are forgotten");
        before.AssertHeld(16, handles: 8);
    }

    [Theory]
    [InlineData("PUB")]
    [InlineData("XPUB")]
    public void Ten_thousand_subscriptions_are_held_and_one_more_ends_the_connection(string type)
    {
        using var gone = new Seen(ZmqEventKind.Disconnected);
        using var cancelled = new Seen(ZmqEventKind.Cancelled);
        int held = 0;
        using var socket = Kinds.Make(type);
        socket.Observe = (in ZmqEvent e) =>
        {
            held += e.Kind == ZmqEventKind.Subscribed ? 1 : 0;
            gone.On(e);
            cancelled.On(e);
        };
        string endpoint = socket.BindFree("tcp");
        var before = Holdings.Now();
        using var good = WirePeer.Connect(endpoint, "SUB");
        good.Send(Command.Topic(true, "good"u8, 1));
        using (var greedy = WirePeer.Connect(endpoint, "SUB"))
        {
            for (int i = 0; i < 10_000; i++)
            {
                // Every tenth in the old form.
                greedy.Send(Command.Topic(true, Topic(i), peerMinor: i % 10 == 0 ? 0 : 1));
            }
            Endpoints.Until(() => Volatile.Read(ref held) == 10_001, "all subscriptions are here");
            ((IOutgoingSocket)socket).SendFrame([.. Topic(9_999), .. "!"u8]);
            Assert.Equal([.. Topic(9_999), .. "!"u8], greedy.ReceiveFrame().Body);
            // One that is held already is no more: libzmq's SUB sends one for each of its program's.
            greedy.Send(Command.Topic(true, Topic(5), 1));
            greedy.Send(Command.Topic(false, Topic(7), 1));
            cancelled.Wait();
            Assert.False(gone.IsSeen);
            greedy.Send(Command.Topic(true, Topic(7), 1));
            greedy.Send(Command.Topic(true, Topic(10_000), 1));
            Assert.Contains("more than 10000 subscriptions", gone.Wait(), StringComparison.Ordinal);
        }
        ((IOutgoingSocket)socket).SendFrame("good news");
        Assert.Equal([.. "good news"u8], good.ReceiveFrame().Body);
        if (type == "PUB")
        {
            before.AssertHeld(16);
        }
    }

    /// <summary>The program of an XPUB is told of each change; one that does not listen must not be the end of the process.</summary>
    [Fact]
    public void Endless_subscribing_and_cancelling_does_not_pile_up_before_a_program_that_does_not_receive()
    {
        using var xpub = Kinds.Make("XPUB");
        string endpoint = xpub.BindFree("tcp");
        using var good = WirePeer.Connect(endpoint, "SUB");
        good.Send(Command.Topic(true, "good"u8, 1));
        var before = Holdings.Now();
        byte[] churn = [.. Enumerable.Range(0, 2_000).SelectMany(_ => (byte[])[.. Command.Topic(true, "topic"u8, 1), .. Command.Topic(false, "topic"u8, 1)])];
        using (var bad = WirePeer.Connect(endpoint, "SUB"))
        {
            for (int i = 0; i < 250; i++)
            {
                bad.Send(churn);
            }
        }
        before.AssertHeld(16);
        ((IOutgoingSocket)xpub).SendFrame("good news");
        Assert.Equal([.. "good news"u8], good.ReceiveFrame().Body);
    }

    private static byte[] Topic(int number) => [.. number.ToString("d5", CultureInfo.InvariantCulture).Select(c => (byte)c)];
}
