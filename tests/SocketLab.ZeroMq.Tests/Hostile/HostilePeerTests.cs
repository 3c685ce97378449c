using System.Text;
using SocketLab.ZeroMq.Sockets;
using SocketLab.ZeroMq.Tests.Zmtp;
using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Tests.Hostile;

/// <summary>Peers that mean harm, or are broken: each gets an end or no hearing, memory stays where it was, and a good client is served.</summary>
[Collection(Alone.Name)]
public class HostilePeerTests
{
    [Fact]
    public void Endless_MORE_frames_end_at_the_limit_of_frames_or_of_bytes()
    {
        using var gone = new Seen(ZmqEventKind.Disconnected);
        using var pull = Good.Pull(gone, out string endpoint);
        pull.Options.MaxMsgSize = 1 << 20;
        var before = Holdings.Now();
        byte[] tiny = [.. Enumerable.Repeat<byte[]>([1, 0], 4_000).SelectMany(f => f)];
        byte[] body = new byte[100_000];
        byte[] large = [3, 0, 0, 0, 0, 0, 1, 0x86, 0xa0, .. body];
        foreach (var (bytes, word) in ((byte[], string)[])[(tiny, "1024 frames"), (large, "1048576 bytes")])
        {
            using var peer = WirePeer.Connect(endpoint, "PUSH");
            for (int i = 0; i < 20; i++)
            {
                peer.Send(bytes);
            }
            Assert.Contains(word, gone.Wait(), StringComparison.Ordinal);
            Good.IsServed(pull, endpoint);
            gone.Wait();
        }
        before.AssertHeld(16);
    }

    /// <summary>What stands between the frames of a message is carried along with it; it must not be a way around the limit.</summary>
    [Fact]
    public void Endless_PINGs_between_two_frames_count_as_part_of_the_message()
    {
        using var gone = new Seen(ZmqEventKind.Disconnected);
        using var pull = Good.Pull(gone, out string endpoint);
        pull.Options.MaxMsgSize = 1 << 20;
        var before = Holdings.Now();
        byte[] pongs = [.. Enumerable.Repeat(Command.Pong(new byte[16]), 5_000).SelectMany(f => f)];
        using (var peer = WirePeer.Connect(endpoint, "PUSH"))
        {
            peer.Send("\u0001\u0001a"u8);
            for (int i = 0; i < 20; i++)
            {
                peer.Send(pongs);
            }
            Assert.Contains("longer than the limit", gone.Wait(), StringComparison.Ordinal);
        }
        using (var patient = WirePeer.Connect(endpoint, "PUSH"))
        {
            // As many between messages are no offence.
            for (int i = 0; i < 20; i++)
            {
                patient.Send(pongs);
            }
            patient.Send("\0\u0002hi"u8);
            Assert.Equal("hi", pull.Receive());
        }
        Good.IsServed(pull, endpoint);
        before.AssertHeld(16);
    }

    [Theory]
    [InlineData("7fffffff")]
    [InlineData("80000000")]
    [InlineData("ffffffff")]
    [InlineData("0100000000")]
    [InlineData("7fffffffffffffff")]
    [InlineData("8000000000000000")]
    [InlineData("ffffffffffffffff")]
    public void A_length_is_only_a_claim(string hex)
    {
        using var gone = new Seen(ZmqEventKind.Disconnected);
        using var pull = Good.Pull(gone, out string endpoint);
        var before = Holdings.Now();
        byte[] length = Convert.FromHexString(hex.PadLeft(16, '0'));
        foreach (byte flags in (byte[])[2, 3, 6])
        {
            using var peer = WirePeer.Connect(endpoint, "PUSH");
            peer.Send([flags, .. length, .. "0123456789"u8]);
            Assert.Contains(flags == 6 ? "a command of" : "longer than the limit", gone.Wait(), StringComparison.Ordinal);
            peer.ReceiveToEnd();
            Good.IsServed(pull, endpoint);
            gone.Wait();
        }
        before.AssertHeld(8);
    }

    /// <summary>Within the limit a claim is believed, but nothing is allocated by it: memory grows with the octets that come.</summary>
    [Theory]
    [InlineData(64L << 20)]
    [InlineData(-1)]
    public void A_hundred_peers_that_announce_what_they_do_not_send_cost_next_to_nothing(long limit)
    {
        using var pull = Good.Pull(null, out string endpoint);
        pull.Options.MaxMsgSize = limit;
        var before = Holdings.Now();
        var peers = Enumerable.Range(0, 100).Select(_ => WirePeer.Connect(endpoint, "PUSH")).ToList();
        foreach (var peer in peers)
        {
            peer.Send([2, 0, 0, 0, 0, (byte)(limit < 0 ? 0x70 : 3), 0xff, 0xff, 0xff, .. "0123456789"u8]);
        }
        Good.IsServed(pull, endpoint);
        before.AssertHeld(16);
        peers.ForEach(p => p.Reset());
        Good.IsServed(pull, endpoint);
    }

    [Fact]
    public void PINGs_of_a_wrong_length_end_the_connection_and_a_flood_of_right_ones_piles_nothing_up()
    {
        using var gone = new Seen(ZmqEventKind.Disconnected);
        using var pull = Good.Pull(gone, out string endpoint);
        foreach (int length in (int[])[0, 1, 19, 200])
        {
            using var peer = WirePeer.Connect(endpoint, "PUSH");
            peer.Send([4, (byte)(5 + length), 4, .. "PING"u8, .. new byte[length]]);
            Assert.Contains("PING of a wrong length", gone.Wait(), StringComparison.Ordinal);
            Assert.Empty(peer.ReceiveToEnd());
        }
        var before = Holdings.Now();
        byte[] pings = [.. Enumerable.Repeat<byte[]>([4, 23, 4, .. "PING"u8, 0, 0, .. new byte[16]], 10_000).SelectMany(f => f)];
        using (var flood = WirePeer.Connect(endpoint, "PUSH"))
        {
            for (int i = 0; i < 100; i++)
            {
                // It never reads a PONG.
                flood.Send(pings);
            }
            flood.Send("\0\u0002hi"u8);
            Assert.Equal("hi", pull.Receive());
            before.AssertHeld(24);
            Good.IsServed(pull, endpoint);
            flood.Reset();
        }
    }

    [Fact]
    public void Commands_out_of_order_are_ignored_or_end_the_connection()
    {
        using var gone = new Seen(ZmqEventKind.Disconnected);
        using var pull = Good.Pull(gone, out string endpoint);
        (byte[] Bytes, string? Word)[] cases =
        [
            (RawPeer.Ready("PUSH"), "READY after the handshake"),
            (Command.Error("changed my mind"), "the peer reported an error: changed my mind"),
            ([4, 7, 5, .. "ERROR"u8, 9], "malformed ERROR"),
            (Command.Pong("x"u8), null),
            (Command.Topic(true, "a"u8, 1), null),
            (Command.Topic(false, "a"u8, 1), null),
            ([4, 6, 5, .. "HELLO"u8], null),
            ([1, 1, 65, .. RawPeer.Ready("PUSH"), 0, 1, 66], "READY after the handshake"),
        ];
        foreach (var (bytes, word) in cases)
        {
            using var peer = WirePeer.Connect(endpoint, "PUSH");
            peer.Send([.. bytes, .. "\0\u0002hi"u8]);
            if (word is null)
            {
                Assert.Equal("hi", pull.Receive());
                peer.Finish();
                Assert.Contains("closed by the peer", gone.Wait(), StringComparison.Ordinal);
            }
            else
            {
                Assert.Contains(word, gone.Wait(), StringComparison.Ordinal);
            }
        }
        Good.IsServed(pull, endpoint);
    }

    [Fact]
    public void Garbage_behind_the_greeting_is_refused_whatever_it_is()
    {
        using var failed = new Seen(ZmqEventKind.HandshakeFailed);
        using var pull = Good.Pull(failed, out string endpoint);
        var random = new Random(23);
        for (int i = 0; i < 200; i++)
        {
            byte[] garbage = new byte[1 + random.Next(2_000)];
            random.NextBytes(garbage);
            using var peer = WirePeer.Connect(endpoint);
            peer.Send([.. RawPeer.Greeting, .. garbage]);
            peer.Finish();
            peer.ReceiveToEnd();
            Assert.NotEmpty(failed.Wait());
        }
        Good.IsServed(pull, endpoint);
    }

    [Fact]
    public void A_request_without_delimiter_whose_sender_leaves_costs_nobody_a_reply()
    {
        using var rep = Kinds.Make("REP");
        string endpoint = rep.BindFree("tcp");
        for (int i = 0; i < 50; i++)
        {
            using var good = WirePeer.Connect(endpoint, "REQ");
            using (var bad = WirePeer.Connect(endpoint, "DEALER"))
            {
                bad.Send([0, 12, .. "no delimiter"u8, 1, 3, .. "two"u8, 0, 6, .. "frames"u8, 1, 0]);
                if (i % 2 == 0)
                {
                    bad.Reset();
                }
            }
            good.Send([1, 0, 0, 4, .. "good"u8]);
            Assert.Equal("good", rep.Receive());
            // Between question and answer another leaves with a question asked.
            using (var leaver = WirePeer.Connect(endpoint, "REQ"))
            {
                leaver.Send([1, 0, 0, 4, .. "gone"u8]);
            }
            ((IOutgoingSocket)rep).SendFrame("answer");
            Assert.Equal((1, 0), (good.Receive(1)[0], good.Receive(1)[0]));
            Assert.Equal([.. "answer"u8], good.ReceiveFrame().Body);
            if (rep.TryReceiveFrameString(Endpoints.Deadline, out var text))
            {
                Assert.Equal("gone", text);
                ((IOutgoingSocket)rep).SendFrame("to nobody");
            }
        }
    }

    [Fact]
    public void The_second_of_the_same_identity_is_not_heard_and_the_first_is()
    {
        using var router = (RouterSocket)Kinds.Make("ROUTER");
        string endpoint = router.BindFree("tcp");
        var before = Holdings.Now();
        using var first = Named(endpoint, "twin");
        first.Send("\0\u0005first"u8);
        Assert.Equal(["twin", "first"], router.ReceiveAll());
        byte[] noise = [.. Enumerable.Repeat<byte[]>([0, 200, .. new byte[200]], 500).SelectMany(f => f)];
        var others = Enumerable.Range(0, 20).Select(_ => Named(endpoint, "twin")).ToList();
        foreach (var other in others)
        {
            other.Send(noise);
        }
        using var good = Named(endpoint, "good");
        for (int i = 0; i < 20; i++)
        {
            good.Send("\0\u0004good"u8);
            Assert.Equal(["good", "good"], router.ReceiveAll());
            router.SendMoreFrame("twin").SendFrame("answer");
            Assert.Equal([.. "answer"u8], first.ReceiveFrame().Body);
        }
        before.AssertHeld(16);
        others.ForEach(o => o.Reset());
        first.Send("\0\u0005again"u8);
        Assert.Equal(["twin", "again"], router.ReceiveAll());
    }

    private static WirePeer Named(string endpoint, string identity)
    {
        var peer = WirePeer.Connect(endpoint);
        peer.Send([.. RawPeer.Greeting, .. NullHandshake.Ready(ZmqSocketType.Dealer, Encoding.ASCII.GetBytes(identity))]);
        peer.Receive(Greeting.Length);
        peer.ReceiveFrame();
        return peer;
    }
}
