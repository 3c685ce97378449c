using System.Net;
using System.Net.Sockets;
using SocketLab.ZeroMq.Sockets;
using SocketLab.ZeroMq.Tests.Sockets;

namespace SocketLab.ZeroMq.Tests.Delivery;

/// <summary>What may be lost, when, and that it is counted: never a whole message twice, never one that had arrived.</summary>
public class LossTests
{
    [Fact]
    public void What_had_arrived_is_received_although_a_heartbeat_found_its_sender_gone()
    {
        using var pinged = new Seen(ZmqEventKind.CommandSent, "PING");
        using var pull = new PullSocket { Observe = pinged.On };
        pull.Options.ReceiveHighWatermark = 10;
        pull.Options.HeartbeatInterval = TimeSpan.FromMilliseconds(10);
        pull.Options.HeartbeatTimeout = TimeSpan.FromSeconds(10);
        string endpoint = pull.BindFree("tcp");
        const int Count = 200;
        using (var push = new PushSocket(endpoint))
        {
            push.Options.HeartbeatInterval = TimeSpan.Zero;
            for (int i = 0; i < Count; i++)
            {
                push.SendFrame(new byte[1000]);
            }
            Endpoints.Until(() => push.Peers.Single().Sent == Count, "all handed to the system");
        }
        while (pinged.IsSeen)
        {
            pinged.Wait();
        }
        // The first heartbeat after the end is answered with a reset, and the next cannot be sent.
        pinged.Wait();
        pinged.Wait();
        for (int i = 0; i < Count; i++)
        {
            Assert.True(pull.TrySkipFrame(Endpoints.Deadline), $"message {i} of {Count} is lost");
        }
        Endpoints.Until(() => pull.Peers.Count == 0, "the end is seen after the last message");
        Assert.Equal(Count, pull.GonePeers.Received);
    }

    [Fact]
    public void What_a_closed_socket_has_sent_arrives_although_the_peer_still_speaks()
    {
        var push = new PushSocket();
        push.Options.Linger = TimeSpan.FromSeconds(20);
        string endpoint = push.BindFree("tcp");
        using var worker = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 16384 };
        worker.Connect(IPEndPoint.Parse(endpoint[6..]));
        worker.Send([.. RawPeer.Greeting, .. RawPeer.Ready("PULL")]);
        const int Count = 100, Size = 10_000;
        for (int i = 0; i < Count; i++)
        {
            push.SendFrame(new byte[Size]);
        }
        Endpoints.Until(() => push.Peers.Single().Sent == Count, "all handed to the system");
        using var ended = new ManualResetEventSlim();
        push.Observe = (in ZmqEvent e) =>
        {
            if (e.Kind == ZmqEventKind.Disconnected)
            {
                ended.Set();
            }
        };
        var closing = new Thread(push.Dispose);
        closing.Start();
        Assert.True(ended.Wait(Endpoints.Deadline));
        // As a peer does that answers a PING late: the socket is closed, and much still waits in the system's send buffer.
        worker.Send([4, 5, 4, .. "PONG"u8]);
        worker.Send([4, 5, 4, .. "PONG"u8]);
        worker.ReceiveTimeout = 20_000;
        long bytes = 0;
        byte[] buffer = new byte[65536];
        for (int n; (n = worker.Receive(buffer)) > 0;)
        {
            bytes += n;
        }
        Assert.Equal(Count * (9 + Size), bytes - 64 - RawPeer.Ready("PUSH").Length);
        worker.Close();
        closing.Join();
    }

    [Fact]
    public void What_is_queued_for_a_worker_that_dies_is_counted_and_what_it_was_sent_is_the_bound()
    {
        using var push = new PushSocket();
        push.Options.SendHighWatermark = 50;
        using var dropped = new Seen(ZmqEventKind.Dropped);
        push.Observe = dropped.On;
        string endpoint = push.BindFree("tcp");
        using var worker = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 65536 };
        worker.Connect(IPEndPoint.Parse(endpoint[6..]));
        worker.Send([.. RawPeer.Greeting, .. RawPeer.Ready("PULL")]);
        int sent = 0;
        while (push.TrySendFrame(TimeSpan.FromMilliseconds(sent == 0 ? 10_000 : 200), new byte[10_000]))
        {
            sent++;
        }
        var before = push.Peers.Single();
        Assert.Equal(50, before.Queued);
        Assert.Equal(sent, before.Queued + before.Sent);
        worker.LingerState = new LingerOption(true, 0);
        worker.Close();
        dropped.Wait();
        Endpoints.Until(() => push.GonePeers.Sent > 0, "gone");
        var gone = push.GonePeers;
        Assert.Equal(sent, gone.Sent + gone.Dropped);
        Assert.InRange(gone.Dropped, 1, 50);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(2_000)]
    [InlineData(100_000)]
    public void A_worker_cut_off_again_and_again_under_load_loses_a_bounded_number_and_gets_none_twice(int size)
    {
        const int Cuts = 6, Count = 3_000;
        using var push = new PushSocket();
        push.Options.ReconnectInterval = TimeSpan.FromMilliseconds(5);
        push.Options.Linger = TimeSpan.FromSeconds(20);
        using var relay = new CuttingRelay();
        using var pull = new PullSocket();
        relay.Start(pull.BindFree("tcp"));
        push.Connect(relay.Endpoint);
        HashSet<int> got = [];
        int last = -1;
        using var reading = new CancellationTokenSource();
        var reader = new Thread(() =>
        {
            while (!reading.IsCancellationRequested)
            {
                if (pull.TryReceiveFrameBytes(TimeSpan.FromMilliseconds(20), out var bytes) && bytes.Length == size)
                {
                    int number = BitConverter.ToInt32(bytes);
                    Assert.True(got.Add(number), $"{number} came twice");
                    // What the old connection brought may still wait here when the new one has begun: order holds within each.
                    last = Math.Max(last, number);
                }
            }
        });
        reader.Start();
        byte[] body = new byte[size];
        for (int i = 0; i < Count; i++)
        {
            BitConverter.TryWriteBytes(body, i);
            push.SendFrame(body);
            if (i % (Count / Cuts) == Count / Cuts / 2)
            {
                relay.Cut();
            }
        }
        Endpoints.Until(() => push.Peers.Single() is { Queued: 0, IsConnected: true } && Volatile.Read(ref last) == Count - 1, "all sent");
        reading.Cancel();
        reader.Join();
        Assert.InRange(push.Peers.Single().Dropped, 0, Cuts);
        // Each is accounted for, once: handed to the system, or dropped with the connection that had a part of it.
        Assert.Equal(Count, push.Peers.Single().Sent + push.Peers.Single().Dropped);
        // What was under way in the system's buffers at a cut is lost; it cannot be more than they hold.
        Assert.True(got.Count > 0 && Count - got.Count <= Cuts * (16 << 20) / size, $"{Count - got.Count} lost");
    }
}
