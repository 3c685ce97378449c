using System.Text;
using System.Text.Json;
using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Zmtp;

/// <summary>
/// Everything wrong that libzmq was tried with. Here each ends its connection and says why, or does no harm; where libzmq lets pass what
/// the RFC forbids, we are stricter. A peer that was there before, and one that comes after, are served as if nothing had happened.
/// </summary>
public class ViolationTests
{
    /// <summary>What the program gets ("" is an empty message; + joins frames), or "!" and a word of the reason.</summary>
    private static readonly Dictionary<string, string> Expected = new()
    {
        ["1.0 long identity of 2^63"] = "!ZMTP 1.0",
        ["100 empty frames then last"] = new string('+', 100),
        ["63 octets of greeting then silence"] = "!no complete handshake",
        ["CANCEL command to a PULL"] = "hi",
        ["ERROR instead of READY"] = "!the peer reported an error: go off",
        ["ERROR reason length past end"] = "!ERROR is malformed",
        ["PING between two frames of a message"] = "a+b",
        ["READY X- property and Resource"] = "hi",
        ["READY duplicate Socket-Type"] = "hi",
        ["READY duplicate, second illegal"] = "!PULL does not talk to SUB",
        ["READY in a long frame"] = "hi",
        ["READY in a message frame (no command bit)"] = "!something else than READY",
        ["READY lower-case name, wrong type"] = "!PULL does not talk to PUB",
        ["READY lower-case property name"] = "hi",
        ["READY name length past end"] = "!malformed",
        ["READY no properties"] = "!no socket type",
        ["READY one trailing byte"] = "!malformed",
        ["READY twice, second after handshake"] = "!READY after the handshake",
        ["READY unknown type"] = "!unknown socket type BANANA",
        ["READY value length past end"] = "!malformed",
        ["READY with MORE bit"] = "!something else than READY",
        ["READY wrong type"] = "!PULL does not talk to PUB",
        ["READY zero-length name"] = "!malformed",
        ["SUBSCRIBE command to a PULL"] = "hi",
        ["all ff"] = "!security mechanism",
        ["as-server 1 with NULL"] = "hi",
        ["command with MORE bit in traffic"] = "!flags 0x05",
        ["empty message"] = "",
        ["filler not zero"] = "hi",
        ["first octet 00"] = "!not ZeroMQ",
        ["greeting then silence"] = "!no complete handshake",
        ["half a frame then RST"] = "!reset",
        ["half a message then FIN"] = "!closed by the peer",
        ["http request"] = "!HTTP",
        ["length 2^33 then 10 bytes"] = "!longer than the limit",
        ["length 2^63"] = "!longer than the limit",
        ["length 2^63 in handshake command"] = "!too long",
        ["length 2^64-1"] = "!longer than the limit",
        ["long frame, short body"] = "hi",
        ["major 3 minor 9"] = "hi",
        ["major 4 minor 0"] = "hi",
        ["mechanism 'NULLX'"] = "!security mechanism \"NULLX\"",
        ["mechanism 'null'"] = "!security mechanism \"null\"",
        ["mechanism PLAIN"] = "!security mechanism \"PLAIN\"",
        ["message instead of READY"] = "!something else than READY",
        ["message pipelined behind READY in one segment (legal in RFC 23)"] = "early",
        ["nothing at all"] = "!no complete handshake",
        ["one octet ff then silence"] = "!no complete handshake",
        ["padding not zero"] = "hi",
        ["reserved flag bits set on message"] = "!flags 0xf8",
        ["signature byte 10 even (1.0 look-alike)"] = "!ZMTP 1.0",
        ["unknown handshake command"] = "!not READY",
        ["zero-length command in handshake"] = "!without a name",
    };

    public static TheoryData<string> Cases => Golden.Names(Golden.Violations);

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_wrong_is_named_and_harms_nobody_else(string name)
    {
        string expected = Expected[name];
        var violation = Golden.Violations.GetProperty(name);
        using var reason = new Seen(ZmqEventKind.Disconnected);
        using var pull = new PullSocket { Observe = reason.On };
        pull.Options.HeartbeatInterval = TimeSpan.Zero;
        pull.Options.HandshakeTimeout = expected.StartsWith("!no complete", StringComparison.Ordinal)
            ? TimeSpan.FromMilliseconds(200)
            : Endpoints.Deadline;
        string endpoint = pull.BindFree("tcp");
        using var bystander = WirePeer.Connect(endpoint, "PUSH");
        using var bad = WirePeer.Connect(endpoint);
        bad.Send(violation.Hex("sent_before_READY"));
        string after = violation.GetProperty("sent_after_READY").GetString()!;
        SendAfter(bad, after);
        if (expected.StartsWith('!'))
        {
            Assert.Contains(expected[1..], reason.Wait(), StringComparison.Ordinal);
            if (after != "RST")
            {
                bad.ReceiveToEnd();
            }
        }
        else
        {
            Assert.Equal(expected, string.Join('+', pull.ReceiveAll()));
        }
        bystander.Send("\0\u0009bystander"u8);
        Assert.Equal("bystander", pull.Receive());
        pull.Options.HandshakeTimeout = Endpoints.Deadline;
        using var next = WirePeer.Connect(endpoint, "PUSH");
        next.Send("\0\u0004good"u8);
        Assert.Equal("good", pull.Receive());
    }

    /// <summary>The table above against what libzmq was seen to do: never laxer, and what its program got ours gets too.</summary>
    [Fact]
    public void We_are_as_strict_as_libzmq_or_stricter_but_where_the_RFC_allows_what_it_refuses()
    {
        const string Allowed = "message pipelined behind READY in one segment (legal in RFC 23)";
        Assert.Equal(Golden.Violations.EnumerateObject().Select(v => v.Name).Order(StringComparer.Ordinal), Expected.Keys.Order(StringComparer.Ordinal));
        foreach (var violation in Golden.Violations.EnumerateObject().Where(v => v.Name != Allowed))
        {
            string ours = Expected[violation.Name];
            if (ours.StartsWith('!'))
            {
                continue;
            }
            Assert.False(violation.Value.GetProperty("closed").GetBoolean(), $"libzmq ends the connection: {violation.Name}");
            // The last of them: libzmq hands commands that mean nothing to the type to the program, as messages.
            var theirs = violation.Value.GetProperty("app_received").EnumerateArray().Last();
            string got = theirs.ValueKind == JsonValueKind.Array
                ? string.Join('+', theirs.EnumerateArray().Select(f => Encoding.ASCII.GetString(Convert.FromHexString(f.GetString()!))))
                : theirs.GetString()!;
            Assert.Equal(got, got.EndsWith("frames", StringComparison.Ordinal) ? $"{ours.Length + 1} frames" : ours);
        }
    }

    private static void SendAfter(WirePeer bad, string after)
    {
        switch (after)
        {
            case "FIN":
                bad.Send("\u0001\u0004half"u8);
                bad.Finish();
                break;
            case "RST":
                // Only once our side listens to frames does half a frame mean anything.
                bad.Receive(64);
                bad.ReceiveFrame();
                bad.Send("\0\u0009half"u8);
                bad.Reset();
                break;
            default:
                bad.Send(Convert.FromHexString(after));
                break;
        }
    }
}
