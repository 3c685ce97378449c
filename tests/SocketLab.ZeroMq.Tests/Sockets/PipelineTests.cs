using System.Buffers.Binary;
using SocketLab.ZeroMq;
using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Sockets;

public class PipelineTests
{
    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void A_hundred_thousand_messages_arrive_once_and_in_order(string transport)
    {
        using var pull = new PullSocket();
        string endpoint = pull.BindFree(transport);
        const int Count = 100_000;
        var sender = new Thread(() =>
        {
            using var push = new PushSocket();
            push.Connect(endpoint);
            for (int i = 0; i < Count; i++)
            {
                var msg = default(Msg);
                msg.InitPool(4 + (i % 40));
                BinaryPrimitives.WriteInt32LittleEndian(msg.Slice(), i);
                push.Send(ref msg, false);
            }
        });
        sender.Start();
        var got = default(Msg);
        for (int i = 0; i < Count; i++)
        {
            Assert.True(pull.TryReceive(ref got, Endpoints.Deadline), $"message {i} did not come");
            Assert.Equal(4 + (i % 40), got.Size);
            Assert.Equal(i, BinaryPrimitives.ReadInt32LittleEndian(got.Slice()));
        }
        sender.Join();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(32 * 1024)]
    [InlineData((32 * 1024) + 1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(1 << 20)]
    [InlineData(16 << 20)]
    public void Every_size_arrives_unchanged(int size)
    {
        byte[] sent = new byte[size];
        new Random(size).NextBytes(sent);
        foreach (string transport in new[] { "tcp", "ipc", "inproc" })
        {
            using var pull = new PullSocket();
            using var push = new PushSocket();
            push.Connect(pull.BindFree(transport));
            for (int i = 0; i < 3; i++)
            {
                push.SendMoreFrame(sent).SendMoreFrame("x").SendFrame(sent);
            }
            for (int i = 0; i < 3; i++)
            {
                List<byte[]>? frames = null;
                Assert.True(pull.TryReceiveMultipartBytes(Endpoints.Deadline, ref frames));
                Assert.Equal(3, frames.Count);
                Assert.True(frames[0].AsSpan().SequenceEqual(sent));
                Assert.Equal("x"u8.ToArray(), frames[1]);
                Assert.True(frames[2].AsSpan().SequenceEqual(sent));
            }
        }
    }

    [Fact]
    public void Work_is_dealt_to_the_workers_in_turn()
    {
        using var push = new PushSocket();
        string endpoint = push.BindFree("tcp");
        using var one = new PullSocket();
        using var two = new PullSocket();
        one.Connect(endpoint);
        two.Connect(endpoint);
        Endpoints.Until(() => push.Peers.Count == 2, "two workers");
        for (int i = 0; i < 10; i++)
        {
            push.SendFrame($"{i}");
        }
        List<string> got = [];
        for (int i = 0; i < 5; i++)
        {
            got.Add(one.Receive());
            got.Add(two.Receive());
        }
        Assert.Equal([.. Enumerable.Range(0, 10).Select(i => $"{i}")], got.Order());
    }

    [Fact]
    public void Without_a_peer_a_bound_push_waits_and_times_out()
    {
        using var push = new PushSocket();
        push.BindFree("tcp");
        Assert.False(push.TrySendFrame("x"));
        Assert.False(push.TrySendFrame(TimeSpan.FromMilliseconds(30), "x"));
        Assert.False(push.TrySendMultipartBytes(TimeSpan.FromMilliseconds(30), [1], [2]));
    }

    [Fact]
    public void Towards_nobody_a_connecting_push_queues_up_to_its_high_water_mark()
    {
        using var probe = new PullSocket();
        string endpoint = probe.BindFree("tcp");
        probe.Dispose();
        using var push = new PushSocket();
        push.Options.Linger = TimeSpan.Zero;
        push.Connect(endpoint);
        int accepted = 0;
        while (push.TrySendFrame("x"))
        {
            accepted++;
        }
        Assert.Equal(1000, accepted);
        using var pull = new PullSocket();
        pull.Bind(endpoint);
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal("x", pull.Receive());
        }
        Assert.True(push.TrySendFrame(Endpoints.Deadline, "y"));
        Assert.Equal("y", pull.Receive());
    }

    [Fact]
    public void Inproc_holds_both_sides_high_water_marks_together()
    {
        using var pull = new PullSocket();
        pull.Options.ReceiveHighWatermark = 7;
        string endpoint = pull.BindFree("inproc");
        using var push = new PushSocket();
        push.Options.SendHighWatermark = 10;
        push.Connect(endpoint);
        int accepted = 0;
        while (push.TrySendFrame("x"))
        {
            accepted++;
        }
        Assert.Equal(17, accepted);
    }
}
