using System.Text;

namespace SocketLab.ZeroMq.Tests.Zmtp;

/// <summary>Peers that are too old, or none at all: refused at the first octet that tells, with a reason that helps.</summary>
public class DowngradeTests
{
    public static TheoryData<string> Types => Kinds.Theory;

    /// <summary>libzmq greets these, waits, and closes them when the handshake's time is over; here they are told at once.</summary>
    [Theory]
    [MemberData(nameof(Types))]
    public void Old_versions_and_other_protocols_are_refused_by_name(string type)
    {
        // What libzmq says to those that it lowers itself for: a greeting of 2.0 with the socket type's number.
        byte code = Golden.Downgrade.GetProperty(Kinds.PeerOf(type)).GetProperty("zmtp20_rev1").Hex("libzmq_sent")[11];
        var sub = Golden.Downgrade.GetProperty("SUB");
        (byte[] Bytes, string Word)[] strangers =
        [
            ([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 1, code, 0, 0], "ZMTP 2.0"),
            ([1, 0], "ZMTP 1.0"),
            ([0xff, 0, 0, 0, 0, 0, 0, 0, 2, 0, 65], "ZMTP 1.0"),
            ([1, 0, .. sub.Hex("zmtp10_subscribe_A")], "ZMTP 1.0"),
            ([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 1, code, 0, 0, .. sub.Hex("subscribe_A")], "ZMTP 2.0"),
            ([.. "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8], "HTTP"),
            ([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3], "TLS"),
            ([.. "hello\r\n"u8], "telnet"),
            ([0x80, 0x80], "no greeting"),
        ];
        using var judged = new Judged();
        using var socket = Kinds.Make(type);
        socket.Observe = judged.On;
        string endpoint = socket.BindFree("tcp");
        foreach (var (bytes, word) in strangers)
        {
            using var peer = WirePeer.Connect(endpoint);
            peer.Send(bytes);
            Assert.Contains(word, judged.Wait(), StringComparison.Ordinal);
            peer.ReceiveToEnd();
        }
        using var good = WirePeer.Connect(endpoint, Kinds.PeerOf(type));
        Assert.Equal("", judged.Wait());
    }

    /// <summary>What a peer calls itself comes from outside: it may be shown on a terminal, and must not speak to it.</summary>
    [Fact]
    public void Control_characters_from_a_peer_do_not_reach_the_reason()
    {
        byte[] mechanism = [.. RawPeer.Greeting];
        "\u001b[2JX"u8.CopyTo(mechanism.AsSpan(12));
        byte[] error = [4, 11, 5, .. "ERROR"u8, 4, 0x1b, (byte)'[', (byte)'2', (byte)'J'];
        foreach (byte[] bytes in (byte[][])[mechanism, [.. RawPeer.Greeting, .. error], [.. RawPeer.Greeting, .. RawPeer.Ready("\u001b[2J")]])
        {
            using var judged = new Judged();
            using var pull = Kinds.Make("PULL");
            pull.Observe = judged.On;
            using var peer = WirePeer.Connect(pull.BindFree("tcp"));
            peer.Send(bytes);
            string verdict = judged.Wait();
            Assert.Contains("?[2J", verdict, StringComparison.Ordinal);
            Assert.DoesNotContain('\u001b', verdict);
            Assert.All(Encoding.UTF8.GetBytes(verdict), octet => Assert.InRange(octet, (byte)0x20, (byte)0x7e));
        }
    }
}
