using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Tests.Zmtp;

/// <summary>Greeting and READY of every socket type, against libzmq's.</summary>
public class HandshakeTests
{
    public static TheoryData<string> Readies => Golden.Names(Golden.Ready);

    public static TheoryData<string> Types => Kinds.Theory;

    /// <summary>Octets 1 to 8 are padding, where libzmq puts the length of its identity; all else must be equal.</summary>
    [Theory]
    [MemberData(nameof(Readies))]
    public void The_first_flight_is_libzmqs_but_for_the_padding(string name)
    {
        byte[] expected = Golden.Ready.GetProperty(name).Hex("hex");
        expected.AsSpan(1, 8).Clear();
        string[] words = name.Split(' ');
        using var socket = Kinds.Make(words[0]);
        string identity = words[2]["identity=".Length..];
        socket.Options.Identity = identity == "-" ? [] : Encoding.ASCII.GetBytes(identity);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        WirePeer peer;
        if (words[1] == "bind")
        {
            peer = WirePeer.Connect(socket.BindFree("tcp"));
        }
        else
        {
            listener.Start();
            socket.Connect($"tcp://{listener.LocalEndpoint}");
            peer = WirePeer.Accept(listener);
        }
        using (peer)
        {
            // All of it comes without a single octet from the other side.
            Assert.Equal(expected, peer.Receive(expected.Length));
            peer.Send([.. RawPeer.Greeting, .. RawPeer.Ready(Kinds.PeerOf(words[0]))]);
            socket.Dispose();
            Assert.Empty(peer.ReceiveToEnd());
        }
    }

    /// <summary>libzmq waits for some of our octets before it goes on; whatever the order, it gets there.</summary>
    [Fact]
    public void A_peer_that_greets_in_libzmqs_stages_is_welcome()
    {
        using var pull = Kinds.Make("PULL");
        using var peer = WirePeer.Connect(pull.BindFree("tcp"));
        foreach (var stage in Golden.Stages.GetProperty("stages").EnumerateArray())
        {
            peer.Send(stage.Hex("we_sent"));
        }
        peer.Send("\0\u0002hi"u8);
        Assert.Equal("hi", pull.Receive());
    }

    [Fact]
    public void Padding_of_every_kind_is_passed_over()
    {
        foreach (var signature in Golden.Stages.EnumerateObject().Where(p => p.Name.StartsWith("signature", StringComparison.Ordinal)))
        {
            byte[] greeting = [.. Convert.FromHexString(signature.Value.GetString()!), .. Greeting.Bytes[10..]];
            for (int n = 0; n <= greeting.Length; n++)
            {
                Assert.Null(Greeting.Refuse(greeting.AsSpan(0, n)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void READY_can_be_read_back(string type)
    {
        var kind = Enum.Parse<ZmqSocketType>(type, ignoreCase: true);
        var peerKind = Enum.Parse<ZmqSocketType>(Kinds.PeerOf(type), ignoreCase: true);
        byte[] identity = [.. Enumerable.Range(1, 255).Select(i => (byte)i)];
        byte[] frame = NullHandshake.Ready(kind, identity);
        int header = FrameCodec.ReadHeader(frame, out byte flags, out ulong length);
        Assert.Equal(frame.Length, header + (int)length);
        Assert.NotEqual(0, flags & FrameCodec.Command);
        var ready = NullHandshake.Read(frame.AsSpan(header), peerKind);
        Assert.Null(ready.Reason);
        Assert.Equal(type, ready.Type);
        Assert.Equal(SocketTypes.GivesIdentity(kind) ? identity : [], ready.Identity);
    }

    [Theory]
    [InlineData(255, null)]
    [InlineData(256, "identity")]
    [InlineData(-1, "identity")]
    public void An_identity_has_at_most_255_octets_and_no_leading_zero(int length, string? word)
    {
        byte[] identity = length < 0 ? [0, 1] : [.. Enumerable.Repeat((byte)7, length)];
        byte[] frame = NullHandshake.Ready(ZmqSocketType.Dealer, identity);
        var ready = NullHandshake.Read(frame.AsSpan(frame[0] == 4 ? 2 : 9), ZmqSocketType.Router);
        Assert.Equal(word is not null, ready.Reason?.Contains(word ?? "?", StringComparison.Ordinal) == true);
    }
}
