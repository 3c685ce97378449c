using System.Diagnostics;
using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Zmtp;

/// <summary>PING and PONG, octet by octet.</summary>
public class HeartbeatTests
{
    /// <summary>Where libzmq answers what the RFC forbids (once with its own memory), this engine ends the connection.</summary>
    [Theory]
    [InlineData("PONG nobody asked for", null)]
    [InlineData("ctx 16 bytes", null)]
    [InlineData("ctx 17 bytes (illegal)", "PING of a wrong length")]
    [InlineData("half ttl (illegal)", "PING of a wrong length")]
    [InlineData("no ttl at all (illegal)", "PING of a wrong length")]
    [InlineData("name length past end", "without a name")]
    [InlineData("ttl 10 (1.0 s) ctx 'abc'", null)]
    [InlineData("ttl0 empty ctx", null)]
    [InlineData("unknown command", null)]
    [InlineData("zero-length command frame", "without a name")]
    public void Each_recorded_command_gets_libzmqs_answer_or_an_end_with_a_reason(string name, string? word)
    {
        var golden = Golden.Heartbeat.GetProperty(name);
        using var ended = new Seen(ZmqEventKind.Disconnected);
        using var pull = new PullSocket { Observe = ended.On };
        pull.Options.HeartbeatInterval = TimeSpan.Zero;
        string endpoint = pull.BindFree("tcp");
        using (var peer = WirePeer.Connect(endpoint, "PUSH"))
        {
            peer.Send([.. golden.Hex("we_sent"), .. "\0\u0002hi"u8]);
            if (word is not null)
            {
                Assert.Contains(word, ended.Wait(), StringComparison.Ordinal);
                Assert.Empty(peer.ReceiveToEnd());
            }
            else
            {
                Assert.Equal("hi", pull.Receive());
                byte[] answer = golden.Hex("libzmq_sent");
                Assert.Equal(answer, peer.Receive(answer.Length));
                peer.Finish();
                Assert.Empty(peer.ReceiveToEnd());
            }
        }
        using var good = WirePeer.Connect(endpoint, "PUSH");
        good.Send("\0\u0004good"u8);
        Assert.Equal("good", pull.Receive());
    }

    [Fact]
    public void Our_PING_is_libzmqs_and_silence_after_it_ends_the_connection()
    {
        var golden = Golden.Heartbeat.GetProperty("HEARTBEAT_IVL=200 TTL=3000 TIMEOUT=600, silent peer").GetProperty("first_ping");
        using var ended = new Seen(ZmqEventKind.Disconnected);
        using var pull = new PullSocket { Observe = ended.On };
        pull.Options.HeartbeatInterval = TimeSpan.FromMilliseconds(20);
        pull.Options.HeartbeatTtl = TimeSpan.FromMilliseconds(3000);
        pull.Options.HeartbeatTimeout = TimeSpan.FromMilliseconds(200);
        using var peer = WirePeer.Connect(pull.BindFree("tcp"), "PUSH");
        var (flags, body) = peer.ReceiveFrame();
        Assert.Equal(golden.GetProperty("flags").GetByte(), flags);
        Assert.Equal(golden.Hex("body"), body);
        Assert.Contains("no sign of life", ended.Wait(), StringComparison.Ordinal);
        peer.ReceiveToEnd();
    }

    [Fact]
    public void A_time_to_live_that_the_peer_told_is_held_against_it_and_not_before_its_time()
    {
        var golden = Golden.Heartbeat.GetProperty("ttl 5 (0.5 s) then silence");
        using var ended = new Seen(ZmqEventKind.Disconnected);
        using var pull = new PullSocket { Observe = ended.On };
        pull.Options.HeartbeatInterval = TimeSpan.Zero;
        using var peer = WirePeer.Connect(pull.BindFree("tcp"), "PUSH");
        long begin = Stopwatch.GetTimestamp();
        peer.Send([4, 7, 4, .. "PING"u8, 0, 5]);
        byte[] pong = golden.Hex("libzmq_sent");
        Assert.Equal(pong, peer.Receive(pong.Length));
        Assert.Contains("no sign of life for 0.5 s", ended.Wait(), StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(begin).TotalMilliseconds >= golden.GetProperty("closed_after_ms").GetDouble() - 10);
    }
}
