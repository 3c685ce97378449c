using System.Net;
using System.Net.Sockets;
using SocketLab.ZeroMq.Monitoring;
using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Tests.Zmtp;

/// <summary>A peer's ERROR is its last word (RFC 37): no other attempt follows. Whatever else goes wrong is tried again, later and later.</summary>
public class ErrorCommandTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_the_peers_ERROR_the_endpoint_is_given_up_and_says_why(bool inTheHandshake)
    {
        using var closed = new Seen(ZmqEventKind.Closed);
        int retries = 0;
        using var push = Kinds.Make("PUSH");
        push.Options.ReconnectInterval = TimeSpan.FromMilliseconds(1);
        push.Observe = (in ZmqEvent e) =>
        {
            retries += e.Kind == ZmqEventKind.Retrying ? 1 : 0;
            closed.On(e);
        };
        using var monitor = new ZmqMonitor(push, "inproc://monitor", SocketEvents.Closed);
        string? told = null;
        using var isTold = new ManualResetEventSlim();
        monitor.Closed += (_, e) =>
        {
            told = e.Reason;
            isTold.Set();
        };
        _ = monitor.StartAsync();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string endpoint = $"tcp://{listener.LocalEndpoint}";
        push.Connect(endpoint);
        using (var peer = WirePeer.Accept(listener))
        {
            peer.Send([.. Greeting.Bytes, .. inTheHandshake ? [] : RawPeer.Ready("PULL"), .. Command.Error("go off")]);
            string reason = closed.Wait();
            Assert.Contains("the peer reported an error: go off", reason, StringComparison.Ordinal);
            Assert.Contains("not be tried again", reason, StringComparison.Ordinal);
        }
        Assert.True(isTold.Wait(Endpoints.Deadline));
        Assert.Contains("go off", told, StringComparison.Ordinal);
        Assert.Equal(0, retries);
        // Nothing is queued for a peer that will never come.
        Assert.Empty(push.Peers);
        Assert.False(listener.Pending());
        monitor.Stop();

        // The program may still change its mind.
        push.Disconnect(endpoint);
        push.Connect(endpoint);
        using var again = WirePeer.Accept(listener);
        again.Greet("PULL");
        Assert.True(((IOutgoingSocket)push).TrySendFrame(Endpoints.Deadline, "x"));
        Assert.Equal([.. "x"u8], again.ReceiveFrame().Body);
    }

    [Fact]
    public void Another_endpoint_of_the_same_socket_goes_on()
    {
        using var closed = new Seen(ZmqEventKind.Closed);
        using var push = Kinds.Make("PUSH");
        push.Observe = closed.On;
        using var rude = new TcpListener(IPAddress.Loopback, 0);
        rude.Start();
        using var pull = Kinds.Make("PULL");
        push.Connect($"tcp://{rude.LocalEndpoint}");
        push.Connect(pull.BindFree("tcp"));
        using var peer = WirePeer.Accept(rude);
        peer.Send([.. Greeting.Bytes, .. Command.Error("no")]);
        closed.Wait();
        for (int i = 0; i < 10; i++)
        {
            Assert.True(((IOutgoingSocket)push).TrySendFrame(Endpoints.Deadline, $"{i}"));
            Assert.Equal($"{i}", pull.Receive());
        }
    }

    [Fact]
    public void Any_other_protocol_error_is_tried_again_and_later_each_time()
    {
        List<TimeSpan> waits = [];
        using var push = Kinds.Make("PUSH");
        push.Options.ReconnectInterval = TimeSpan.FromMilliseconds(1);
        push.Observe = (in ZmqEvent e) =>
        {
            if (e.Kind == ZmqEventKind.Retrying)
            {
                Assert.NotNull(e.Reason);
                waits.Add(e.Wait);
            }
        };
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        push.Connect($"tcp://{listener.LocalEndpoint}");
        for (int i = 0; i < 6; i++)
        {
            using var peer = WirePeer.Accept(listener);
            peer.Send([.. Greeting.Bytes, .. RawPeer.Ready("PUB")]);
            peer.ReceiveToEnd();
        }
        using var good = WirePeer.Accept(listener);
        Assert.True(waits[5] > waits[0] * 4, string.Join(' ', waits));
        good.Greet("PULL");
        Assert.True(((IOutgoingSocket)push).TrySendFrame(Endpoints.Deadline, "x"));
        Assert.Equal([.. "x"u8], good.ReceiveFrame().Body);
    }
}
