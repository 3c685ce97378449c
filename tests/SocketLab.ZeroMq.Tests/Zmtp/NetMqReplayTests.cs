using System.Text;
using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Zmtp;

/// <summary>NetMQ's own octets, recorded, to a socket of ours: it greets as 3.0, and so subscriptions are messages both ways.</summary>
public class NetMqReplayTests
{
    /// <summary>What the program at our end gets: frames joined by +, messages by a bar.</summary>
    private static readonly Dictionary<string, (string Ours, string Received)> Expected = new()
    {
        ["DEALER"] = ("ROUTER", "id-7++ask"),
        ["PAIR"] = ("PAIR", "hello"),
        ["PUB"] = ("SUB", "A1|A2+body"),
        ["PULL"] = ("PUSH", ""),
        ["PUSH"] = ("PULL", $"hi|two+frames||{new string('x', 255)}|{new string('y', 256)}"),
        ["REP"] = ("REQ", "answer"),
        ["REQ"] = ("REP", "ask"),
        ["ROUTER"] = ("DEALER", "answer"),
        ["SUB"] = ("XPUB", $"1A|1|0A|1{new string('t', 300)}"),
        ["XPUB"] = ("XSUB", "A1"),
        ["XSUB"] = ("XPUB", "1A|1B|0B|up"),
    };

    public static TheoryData<string> Types => Golden.Names(Golden.NetMQ);

    [Theory]
    [MemberData(nameof(Types))]
    public void What_NetMQ_sends_is_received_and_what_it_was_sent_is_what_we_send(string type)
    {
        var (ours, received) = Expected[type];
        Stream theirs = new(Golden.NetMQ.GetProperty(type).Hex("netmq_sent"));
        byte[] weSent = Golden.NetMQ.GetProperty(type).Hex("we_sent");
        using var socket = Kinds.Make(ours);
        using var peer = WirePeer.Connect(socket.BindFree("tcp"));
        peer.Send(theirs.Bytes.AsSpan(0, theirs.Traffic));
        peer.Receive(Stream.Greeting);
        peer.ReceiveFrame();
        if (weSent.Length > 0 && ours != "REP")
        {
            WeSend(socket);
            Assert.Equal(weSent, peer.Receive(weSent.Length));
        }
        peer.Send(theirs.Bytes.AsSpan(theirs.Traffic));
        if (ours != "PUSH")
        {
            Assert.All(received.Split('|'), message => Assert.Equal(message, Receive(socket)));
        }
        peer.Finish();
        socket.Dispose();
        Assert.Empty(peer.ReceiveToEnd());
    }

    /// <summary>What was sent to NetMQ when it was recorded.</summary>
    private static void WeSend(ZmqSocket socket)
    {
        switch (socket)
        {
            case SubscriberSocket sub: sub.Subscribe("A"); break;
            case XSubscriberSocket xsub: xsub.Subscribe("A"); break;
            case PushSocket or PairSocket: Send(socket, "hi"); break;
            default: Send(socket, "ask"); break;
        }
    }

    private static void Send(ZmqSocket socket, string text) =>
        Assert.True(((IOutgoingSocket)socket).TrySendFrame(Endpoints.Deadline, text), "could not be sent");

    private static string Receive(ZmqSocket socket)
    {
        List<byte[]>? frames = null;
        Assert.True(socket.TryReceiveMultipartBytes(Endpoints.Deadline, ref frames), "nothing was received");
        return string.Join('+', frames.Select(f =>
            socket is XPublisherSocket && f.Length > 0 && f[0] <= 1 ? $"{f[0]}{Encoding.ASCII.GetString(f[1..])}" : Encoding.ASCII.GetString(f)));
    }
}
