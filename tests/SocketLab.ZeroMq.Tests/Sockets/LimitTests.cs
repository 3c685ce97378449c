using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Sockets;

/// <summary>Limits in bytes, frames and time.</summary>
public class LimitTests
{
    [Theory]
    [InlineData("tcp")]
    [InlineData("inproc")]
    public void A_queue_is_bounded_in_bytes_as_well_as_in_messages(string transport)
    {
        string endpoint;
        using (var probe = new PullSocket())
        {
            endpoint = probe.BindFree(transport);
        }
        using var push = new PushSocket();
        push.Options.SendHighWatermarkBytes = 100_000;
        push.Options.Linger = TimeSpan.Zero;
        push.Connect(endpoint);
        int sent = 0;
        while (push.TrySendFrame(new byte[9_000]))
        {
            sent++;
        }
        Assert.Equal(12, sent);
        using var pull = new PullSocket($"@{endpoint}");
        for (int i = 0; i < sent; i++)
        {
            Assert.True(pull.TrySkipFrame(Endpoints.Deadline));
        }
        Assert.True(push.TrySendFrame(Endpoints.Deadline, new byte[500_000]), "a message longer than the mark goes alone");
        Assert.Equal(500_000, pull.ReceiveFrameBytes().Length);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("inproc")]
    public void A_receiver_that_is_full_in_bytes_stops_the_sender_and_goes_on_where_it_stopped(string transport)
    {
        using var pull = new PullSocket();
        pull.Options.ReceiveHighWatermarkBytes = 200_000;
        using var push = new PushSocket();
        push.Options.SendHighWatermarkBytes = 200_000;
        push.Connect(pull.BindFree(transport));
        int sent = 0;
        while (push.TrySendFrame(TimeSpan.FromMilliseconds(200), BitConverter.GetBytes(sent).Concat(new byte[20_000]).ToArray()))
        {
            Assert.True(++sent < 5_000, "no limit was felt");
        }
        for (int i = 0; i < sent; i++)
        {
            Assert.True(pull.TryReceiveFrameBytes(Endpoints.Deadline, out var bytes), $"{i} of {sent}");
            Assert.Equal(i, BitConverter.ToInt32(bytes));
        }
        Assert.True(push.TrySendFrame(Endpoints.Deadline, "more"));
        Assert.Equal("more", pull.Receive());
    }

    [Theory]
    [MemberData(nameof(Endpoints.Streams), MemberType = typeof(Endpoints))]
    public void A_message_longer_than_MaxMsgSize_ends_the_connection_and_one_as_long_passes(string transport)
    {
        using var gone = new Seen(ZmqEventKind.Disconnected);
        using var pull = new PullSocket { Observe = gone.On };
        pull.Options.MaxMsgSize = 1000;
        string endpoint = pull.BindFree(transport);
        using var cut = new Seen(ZmqEventKind.Disconnected);
        using var push = new PushSocket { Observe = cut.On };
        push.Connect(endpoint);
        push.SendMultipartBytes(new byte[400], new byte[600]);
        Assert.Equal(400, pull.ReceiveFrameBytes().Length);
        Assert.Equal(600, pull.ReceiveFrameBytes().Length);
        push.SendMultipartBytes(new byte[400], new byte[601]);
        Assert.Contains("limit of 1000 bytes", gone.Wait(), StringComparison.Ordinal);
        // What is sent before the end is noticed here goes where the long one went.
        cut.Wait();
        push.SendFrame(new byte[1000]);
        Assert.True(pull.TryReceiveFrameBytes(Endpoints.Deadline, out var bytes), "served again after the reconnect");
        Assert.Equal(1000, bytes.Length);
    }

    [Fact]
    public void A_message_of_more_frames_than_allowed_ends_the_connection()
    {
        using var gone = new Seen(ZmqEventKind.Disconnected);
        using var pull = new PullSocket { Observe = gone.On };
        pull.Options.MaxFramesPerMessage = 3;
        using var push = new PushSocket($">{pull.BindFree("tcp")}");
        push.SendMultipartBytes([1], [2], [3]);
        List<byte[]>? frames = null;
        Assert.True(pull.TryReceiveMultipartBytes(Endpoints.Deadline, ref frames));
        Assert.Equal(3, frames.Count);
        push.SendMultipartBytes([1], [2], [3], [4]);
        Assert.Contains("more than 3 frames", gone.Wait(), StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_waits_for_a_peer_that_is_not_there_as_long_as_Linger_says_and_no_longer()
    {
        string endpoint;
        using (var probe = new PullSocket())
        {
            endpoint = probe.BindFree("tcp");
        }
        foreach (int linger in new[] { 0, 300 })
        {
            var push = new PushSocket($">{endpoint}");
            push.Options.Linger = TimeSpan.FromMilliseconds(linger);
            push.SendFrame("x");
            long begun = Environment.TickCount64;
            push.Dispose();
            Assert.InRange(Environment.TickCount64 - begun, linger - 20, 20_000);
            Assert.Equal(1, push.GonePeers.Dropped);
        }
    }

    [Fact]
    public void What_is_queued_for_a_peer_that_comes_within_Linger_is_delivered()
    {
        string endpoint;
        using (var probe = new PullSocket())
        {
            endpoint = probe.BindFree("tcp");
        }
        var push = new PushSocket($">{endpoint}");
        push.Options.Linger = TimeSpan.FromSeconds(20);
        for (int i = 0; i < 500; i++)
        {
            push.SendFrame($"{i}");
        }
        var closing = new Thread(push.Dispose);
        closing.Start();
        using var pull = new PullSocket($"@{endpoint}");
        for (int i = 0; i < 500; i++)
        {
            Assert.Equal($"{i}", pull.Receive());
        }
        Assert.True(closing.Join(Endpoints.Deadline));
        Assert.Equal(0, push.GonePeers.Dropped);
    }

    [Fact]
    public void A_message_of_several_frames_is_sent_in_time_or_not_at_all()
    {
        using var push = new PushSocket();
        push.Options.SendHighWatermark = 1;
        push.Options.Linger = TimeSpan.Zero;
        string endpoint = push.BindFree("inproc");
        using var pull = new PullSocket();
        pull.Options.ReceiveHighWatermark = 1;
        pull.Connect(endpoint);
        Assert.True(push.TrySendMultipartBytes([1], [1]));
        Assert.True(push.TrySendMultipartBytes([2], [2]));
        Assert.False(push.TrySendMultipartBytes([3], [3]));
        Assert.False(push.TrySendMultipartBytes(TimeSpan.FromMilliseconds(20), [4], [4]));
        Assert.Equal([1], pull.ReceiveFrameBytes());
        Assert.Equal([1], pull.ReceiveFrameBytes());
        // What was begun frame by frame is ended by the frames that follow, all or none.
        push.SendMoreFrame([5]);
        Assert.True(push.TrySendMultipartBytes(TimeSpan.FromMilliseconds(20), [6], [7]));
        Assert.False(push.TrySendMultipartBytes(TimeSpan.FromMilliseconds(20), [8], [9]));
        Assert.Equal([2], pull.ReceiveFrameBytes());
        Assert.Equal([2], pull.ReceiveFrameBytes());
        List<byte[]>? frames = null;
        Assert.True(pull.TryReceiveMultipartBytes(Endpoints.Deadline, ref frames));
        Assert.Equal([[5], [6], [7]], frames);
        Assert.False(pull.HasIn);
    }
}
