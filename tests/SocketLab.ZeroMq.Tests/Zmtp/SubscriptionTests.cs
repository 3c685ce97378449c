using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketLab.ZeroMq.Sockets;
using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Tests.Zmtp;

/// <summary>Subscriptions on the wire: commands from ZMTP 3.1 on, messages before that; understood in both forms from anybody.</summary>
public class SubscriptionTests
{
    private static readonly byte[][] Topics =
    [
        [], [.. "A"u8], [.. Enumerable.Repeat((byte)'a', 245)], [.. Enumerable.Repeat((byte)'b', 246)], [.. Enumerable.Repeat((byte)'c', 254)],
        [.. Enumerable.Repeat((byte)'d', 255)], [.. Enumerable.Repeat((byte)'e', 256)], [0, 0xff, (byte)'\n'],
    ];

    /// <summary>
    /// libzmq 4.3.4 forgets the LONG flag when only the command's name makes the body longer than 255 octets (its issue 4564), so those
    /// lengths are compared with what should have been. Its XSUB hands its program's <c>1 topic</c> on as a message even from 3.1 on: ours
    /// makes it the command, as libzmq's own does after a reconnect.
    /// </summary>
    [Theory]
    [InlineData("SUB", 0)]
    [InlineData("SUB", 1)]
    [InlineData("SUB", 2)]
    [InlineData("XSUB", 0)]
    [InlineData("XSUB", 1)]
    [InlineData("XSUB", 2)]
    public void Every_length_of_topic_is_asked_for_as_the_publishers_version_has_it(string type, byte minor)
    {
        // Before 3.1 both say it in the same way.
        var golden = Golden.Subscriptions.GetProperty($"{(minor == 0 ? type : "SUB")} vs 3.{minor} publisher").GetProperty("per_topic");
        var flight = new Stream(Golden.Subscriptions.GetProperty($"{type} vs 3.{minor} publisher").GetProperty("first_flight").Hex("hex"));
        using var socket = Kinds.Make(type);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        socket.Connect($"tcp://{listener.LocalEndpoint}");
        using var peer = WirePeer.Accept(listener);
        // Nothing is subscribed to yet: the READY is the whole of the first flight.
        Assert.Equal(flight.Bytes[^(flight.Traffic - Stream.Greeting - FrameCodec.ShortHeader)..], peer.Greet("PUB", minor));
        for (int i = 0; i < Topics.Length; i++)
        {
            foreach (bool subscribe in (bool[])[true, false])
            {
                Change(socket, subscribe, Topics[i]);
                byte[] name = minor == 0 ? [subscribe ? (byte)1 : (byte)0] : subscribe ? [9, .. "SUBSCRIBE"u8] : [6, .. "CANCEL"u8];
                byte[] body = [.. name, .. Topics[i]];
                byte[] wire = body.Length <= 255
                    ? [minor == 0 ? (byte)0 : (byte)4, (byte)body.Length, .. body]
                    : [minor == 0 ? (byte)2 : (byte)6, 0, 0, 0, 0, 0, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body];
                Assert.Equal(wire, peer.Receive(wire.Length));
                string captured = golden[i].GetProperty(subscribe ? "subscribe" : "cancel").GetString()!;
                if (!captured.EndsWith('.') || body.Length is <= 255 || Topics[i].Length > 255)
                {
                    Assert.StartsWith(captured.TrimEnd('.'), Convert.ToHexStringLower(wire), StringComparison.Ordinal);
                }
            }
        }
    }

    [Theory]
    [InlineData("SUB", 0)]
    [InlineData("SUB", 1)]
    [InlineData("SUB", 2)]
    [InlineData("XSUB", 0)]
    [InlineData("XSUB", 1)]
    [InlineData("XSUB", 2)]
    public void After_a_reconnect_each_topic_is_asked_for_once_and_first(string type, byte minor)
    {
        var golden = new Stream(Golden.Subscriptions.GetProperty($"{type} vs 3.{minor} publisher")
            .GetProperty("after_reconnect_holding_k1_k1_k2").Hex("hex"));
        using var socket = Kinds.Make(type);
        socket.Options.ReconnectInterval = TimeSpan.FromMilliseconds(1);
        Change(socket, true, [.. "k1"u8]);
        Change(socket, true, [.. "k2"u8]);
        Change(socket, true, [.. "k1"u8]);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        socket.Connect($"tcp://{listener.LocalEndpoint}");
        string[] expected = [.. golden.Items.Select(item => Convert.ToHexString(item.Wire)).Order()];
        for (int connection = 0; connection < 3; connection++)
        {
            using var peer = WirePeer.Accept(listener);
            peer.Greet("PUB", minor);
            string[] sent = [.. golden.Items.Select(item => Convert.ToHexString(peer.Receive(item.Wire.Length))).Order()];
            Assert.Equal(expected, sent);
        }
    }

    [Fact]
    public void Thirty_megabytes_of_topics_all_reach_a_publisher_that_is_slow_to_read_them()
    {
        const int Count = 3000;
        using var socket = new SubscriberSocket();
        string[] wanted = [.. Enumerable.Range(0, Count).Select(i => $"{i}".PadLeft(10_000, '.'))];
        foreach (string topic in wanted)
        {
            socket.Subscribe(topic);
        }
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var topics = new Seen(ZmqEventKind.HandshakeDone);
        socket.Observe = topics.On;
        socket.Connect($"tcp://{listener.LocalEndpoint}");
        using var peer = WirePeer.Accept(listener);
        peer.Greet("PUB");
        topics.Wait();
        var told = Enumerable.Range(0, Count).Select(_ => Encoding.UTF8.GetString(peer.ReceiveFrame().Body.AsSpan(10))).Order(StringComparer.Ordinal);
        Assert.Equal(wanted.Order(StringComparer.Ordinal), told);
    }

    /// <summary>NetMQ greets as 3.0 and subscribes by messages; libzmq's XSUB does so even as 3.1.</summary>
    [Theory]
    [InlineData("PUB", 0, false)]
    [InlineData("PUB", 1, false)]
    [InlineData("PUB", 0, true)]
    [InlineData("PUB", 1, true)]
    [InlineData("XPUB", 0, false)]
    [InlineData("XPUB", 1, true)]
    public void A_publisher_understands_both_forms_on_any_version(string type, byte minor, bool asCommands)
    {
        using var topics = new Topics();
        using var socket = Kinds.Make(type);
        socket.Observe = topics.On;
        using var peer = WirePeer.Connect(socket.BindFree("tcp"), "SUB", minor);
        foreach (byte[] topic in Topics)
        {
            string text = Encoding.Latin1.GetString(topic);
            peer.Send(Command.Topic(true, topic, asCommands ? 1 : 0));
            Assert.Equal($"1{text}", topics.Wait());
            byte[] news = [.. topic, .. "!"u8];
            ((IOutgoingSocket)socket).SendFrame(news);
            Assert.Equal(news, peer.ReceiveFrame().Body);
            peer.Send(Command.Topic(false, topic, asCommands ? 1 : 0));
            Assert.Equal($"0{text}", topics.Wait());
            ((IOutgoingSocket)socket).SendFrame(news);
        }
        peer.Send(Command.Topic(true, "end"u8, 1));
        Assert.Equal("1end", topics.Wait());
        ((IOutgoingSocket)socket).SendFrame("end");
        // Had a cancelled topic still been held, its news would stand before this.
        Assert.Equal([.. "end"u8], peer.ReceiveFrame().Body);
    }

    private static void Change(ZmqSocket socket, bool subscribe, byte[] topic)
    {
        if (socket is SubscriberSocket sub)
        {
            (subscribe ? sub.Subscribe : (Action<byte[]>)sub.Unsubscribe)(topic);
        }
        else
        {
            ((IOutgoingSocket)socket).SendFrame([(byte)(subscribe ? 1 : 0), .. topic]);
        }
    }
}
