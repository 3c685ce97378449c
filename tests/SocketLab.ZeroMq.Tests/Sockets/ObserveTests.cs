using System.Collections.Concurrent;
using System.Text;
using SocketLab.ZeroMq.Monitoring;
using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Sockets;

/// <summary>What <see cref="ZmqSocket.Observe"/> is told: frames and commands as they pass, each with its direction, connection and place.</summary>
public class ObserveTests
{
    [Theory]
    [MemberData(nameof(Endpoints.Streams), MemberType = typeof(Endpoints))]
    public void Frames_and_commands_are_told_in_order_by_both_sides(string transport)
    {
        ConcurrentQueue<string> sent = new(), received = new();
        using var pull = new PullSocket { Observe = (in ZmqEvent e) => Note(received, e) };
        using var push = new PushSocket { Observe = (in ZmqEvent e) => Note(sent, e) };
        push.Options.HeartbeatInterval = pull.Options.HeartbeatInterval = TimeSpan.Zero;
        push.Connect(pull.BindFree(transport));
        push.SendMoreFrame("a").SendFrame("b");
        push.SendFrame(new string('c', 300));
        Assert.Equal(["a", "b"], pull.ReceiveAll());
        Assert.Equal(300, pull.Receive().Length);
        string[] frames = ["0.0 flags 1 a", "0.1 flags 0 b", $"1.0 flags 2 {new string('c', 300)}"];
        Assert.Equal(["GreetingSent", "CommandSent READY", "GreetingReceived", "CommandReceived READY", .. frames.Select(f => "FrameSent " + f)], sent);
        Assert.Equal(
            ["GreetingSent", "CommandSent READY", "GreetingReceived", "CommandReceived READY", .. frames.Select(f => "FrameReceived " + f)], received);
    }

    [Fact]
    public void Each_connection_has_its_number_and_counts_its_own_messages()
    {
        ConcurrentQueue<(long Connection, long Message, string Text)> seen = new();
        using var pull = new PullSocket
        {
            Observe = (in ZmqEvent e) =>
            {
                if (e.Kind == ZmqEventKind.FrameReceived)
                {
                    seen.Enqueue((e.ConnectionId, e.MessageIndex, Encoding.ASCII.GetString(e.Bytes)));
                }
            },
        };
        string endpoint = pull.BindFree("tcp");
        using var one = new PushSocket($">{endpoint}");
        using var two = new PushSocket($">{endpoint}");
        foreach (var (socket, text) in new[] { (one, "1a"), (two, "2a"), (one, "1b") })
        {
            socket.SendFrame(text);
            Assert.Equal(text, pull.Receive());
        }
        Assert.Equal(["1a 0", "2a 0", "1b 1"], seen.Select(s => $"{s.Text} {s.Message}"));
        Assert.Equal(2, seen.Select(s => s.Connection).Distinct().Count());
        Assert.Equal(seen.First().Connection, seen.Last().Connection);
    }

    [Fact]
    public async Task An_observer_that_throws_breaks_nothing_and_blinds_no_monitor()
    {
        using var pull = new PullSocket { Observe = (in ZmqEvent _) => throw new InvalidOperationException("a broken view") };
        using var monitor = new ZmqMonitor(pull, "inproc://monitor", SocketEvents.HandshakeSucceeded);
        using var told = new ManualResetEventSlim();
        monitor.HandshakeSucceeded += (_, _) => told.Set();
        var running = monitor.StartAsync();
        using var push = new PushSocket($">{pull.BindFree("tcp")}");
        push.SendFrame("x");
        Assert.Equal("x", pull.Receive());
        Assert.True(told.Wait(Endpoints.Deadline), "the monitor was not told");
        monitor.Stop();
        await running;
    }

    private static void Note(ConcurrentQueue<string> seen, in ZmqEvent e)
    {
        if (e.Kind is ZmqEventKind.FrameSent or ZmqEventKind.FrameReceived)
        {
            seen.Enqueue($"{e.Kind} {e.MessageIndex}.{e.FrameIndex} flags {e.WireFlags} {Encoding.ASCII.GetString(e.Bytes)}");
        }
        else if (e.Kind is ZmqEventKind.CommandSent or ZmqEventKind.CommandReceived)
        {
            seen.Enqueue($"{e.Kind} {Encoding.ASCII.GetString(e.Bytes.Slice(1, e.Bytes[0]))}");
        }
        else if (e.Kind is ZmqEventKind.GreetingSent or ZmqEventKind.GreetingReceived)
        {
            seen.Enqueue($"{e.Kind}");
        }
    }
}
