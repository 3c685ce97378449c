using System.Net;
using System.Net.Sockets;

namespace SocketLab.ZeroMq.Tests.Zmtp;

/// <summary>
/// Every conversation that two libzmq sockets were recorded in, with us in the place of one of them: the other's octets are played to
/// a socket of ours, and ours must be those of the one that it stands for. What may differ: the padding of the greeting; and a SUB of
/// ours does not send again what it has subscribed to already, as libzmq does to no effect.
/// </summary>
public class PairReplayTests
{
    public static TheoryData<string> Pairs => Golden.Names(Golden.Pairs);

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Bound_we_are_to_a_recorded_peer_what_libzmq_was(string name)
    {
        var pair = Golden.Pairs.GetProperty(name);
        Stream theirs = new(pair.GetProperty("connect_to_bind").Hex("hex")), ours = new(pair.GetProperty("bind_to_connect").Hex("hex"));
        using var socket = Make(ours);
        using var topics = new Topics();
        socket.Observe = topics.On;
        using var peer = WirePeer.Connect(socket.BindFree("tcp"));
        new Replay(socket, peer, topics, theirs, ours).Run();
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Connected_we_are_to_a_recorded_peer_what_libzmq_was(string name)
    {
        var pair = Golden.Pairs.GetProperty(name);
        Stream ours = new(pair.GetProperty("connect_to_bind").Hex("hex")), theirs = new(pair.GetProperty("bind_to_connect").Hex("hex"));
        using var socket = Make(ours);
        using var topics = new Topics();
        socket.Observe = topics.On;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        socket.Connect($"tcp://{listener.LocalEndpoint}");
        using var peer = WirePeer.Accept(listener);
        new Replay(socket, peer, topics, theirs, ours).Run();
    }

    private static ZmqSocket Make(Stream ours)
    {
        var socket = Kinds.Make(Golden.TypeOf(ours.Bytes)!);
        var ready = ours.Bytes.AsSpan(Stream.Greeting..ours.Traffic);
        int at = ready.IndexOf("Identity"u8);
        socket.Options.Identity = at < 0 ? [] : ready[(at + "Identity".Length + 4)..].ToArray();
        socket.Options.RouterMandatory = true;
        return socket;
    }
}
