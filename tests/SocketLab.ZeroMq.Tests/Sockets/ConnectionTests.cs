using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketLab.ZeroMq;
using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Sockets;

/// <summary>What happens below the messages: endpoints, ends, retries, heartbeats, peers that are none.</summary>
public class ConnectionTests
{
    [Fact]
    public void A_port_in_use_and_bad_endpoints_say_what_is_wrong()
    {
        using var one = new PullSocket();
        string endpoint = one.BindFree("tcp");
        using var two = new PullSocket();
        Assert.Equal(ErrorCode.AddressAlreadyInUse, Assert.Throws<AddressAlreadyInUseException>(() => two.Bind(endpoint)).ErrorCode);
        Assert.Throws<InvalidException>(() => two.Bind("tcp://127.0.0.1"));
        Assert.Throws<InvalidException>(() => two.Connect("tcp://127.0.0.1:0"));
        Assert.Throws<InvalidException>(() => two.Bind("nonsense"));
        Assert.Throws<ProtocolNotSupportedException>(() => two.Bind("pgm://x"));
        Assert.Throws<EndpointNotFoundException>(() => two.Unbind(endpoint));
        Assert.Throws<EndpointNotFoundException>(() => two.Disconnect(endpoint));
    }

    [Fact]
    public void Connection_strings_bind_with_at_and_connect_with_greater_than()
    {
        string name = Endpoints.FreeName();
        using var pull = new PullSocket($">{name}");
        using var push = new PushSocket($"@{name}");
        push.SendFrame("x");
        Assert.Equal("x", pull.Receive());
    }

    [Fact]
    public void A_stale_ipc_file_is_replaced_and_a_live_owners_is_not()
    {
        string path = Endpoints.FreePath();
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // .NET removes the file under the name that it was bound to; a process that was killed does not.
            dead.Bind(new UnixDomainSocketEndPoint(path + "x"));
            File.Move(path + "x", path);
        }
        Assert.True(File.Exists(path));
        using var first = new PullSocket();
        first.Bind($"ipc://{path}");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
        using var second = new PullSocket();
        Assert.Throws<AddressAlreadyInUseException>(() => second.Bind($"ipc://{path}"));
        first.Dispose();
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void Unbind_and_disconnect_end_the_traffic()
    {
        using var pull = new PullSocket();
        string endpoint = pull.BindFree("tcp");
        using var push = new PushSocket();
        push.Connect(endpoint);
        push.SendFrame("x");
        Assert.Equal("x", pull.Receive());
        push.Disconnect(endpoint);
        Assert.Empty(push.Peers);
        Assert.False(push.TrySendFrame("y"));
        push.Connect(endpoint);
        push.SendFrame("z");
        Assert.Equal("z", pull.Receive());
        pull.Unbind(endpoint);
        Endpoints.Until(() => push.Peers.All(p => !p.IsConnected), "disconnected");
    }

    [Fact]
    public void What_was_queued_goes_out_after_the_server_has_come_back()
    {
        var pull = new PullSocket();
        string endpoint = pull.BindFree("tcp");
        using var push = new PushSocket();
        push.Connect(endpoint);
        push.SendFrame("before");
        Assert.Equal("before", pull.Receive());
        pull.Dispose();
        Endpoints.Until(() => push.Peers.Single() is { IsConnected: false }, "disconnected");
        for (int i = 0; i < 100; i++)
        {
            push.SendFrame($"{i}");
        }
        using var again = new PullSocket();
        again.Bind(endpoint);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal($"{i}", again.Receive());
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP")]
    [InlineData("\u0016\u0003\u0001", "TLS")]
    [InlineData("hello there\r\n", "text")]
    public void A_stranger_is_turned_away_by_name_and_others_are_served(string bytes, string word)
    {
        using var reason = new Seen(ZmqEventKind.HandshakeFailed);
        using var pull = new PullSocket { Observe = reason.On };
        string endpoint = pull.BindFree("tcp");
        using var stranger = new TcpClient();
        stranger.Connect(IPEndPoint.Parse(endpoint[6..]));
        stranger.Client.Send(Encoding.Latin1.GetBytes(bytes));
        Assert.Contains(word, reason.Wait(), StringComparison.Ordinal);
        stranger.ReceiveTimeout = 20_000;
        byte[] rest = new byte[4096];
        while (stranger.Client.Receive(rest) > 0)
        {
        }
        using var push = new PushSocket(endpoint);
        push.SendFrame("served");
        Assert.Equal("served", pull.Receive());
    }

    [Fact]
    public void A_silent_peer_is_given_up_after_the_handshake_time()
    {
        using var reason = new Seen(ZmqEventKind.HandshakeFailed);
        using var pull = new PullSocket { Observe = reason.On };
        pull.Options.HandshakeTimeout = TimeSpan.FromMilliseconds(50);
        string endpoint = pull.BindFree("tcp");
        using var silent = new TcpClient();
        silent.Connect(IPEndPoint.Parse(endpoint[6..]));
        Assert.Contains("handshake", reason.Wait(), StringComparison.Ordinal);
    }

    [Fact]
    public void Types_that_do_not_fit_are_refused_with_the_reason_and_tried_again()
    {
        using var refused = new Seen(ZmqEventKind.HandshakeFailed);
        using var retried = new Seen(ZmqEventKind.Retrying);
        using var rep = new ResponseSocket { Observe = refused.On };
        string endpoint = rep.BindFree("tcp");
        using var push = new PushSocket { Observe = retried.On };
        push.Options.Linger = TimeSpan.Zero;
        push.Connect(endpoint);
        Assert.Contains("REP does not talk to PUSH", refused.Wait(), StringComparison.Ordinal);
        Assert.NotNull(retried.Wait());
    }

    [Fact]
    public void A_peer_that_falls_silent_is_dropped_by_heartbeat()
    {
        using var gone = new Seen(ZmqEventKind.Disconnected);
        using var pull = new PullSocket { Observe = gone.On };
        pull.Options.HeartbeatInterval = TimeSpan.FromMilliseconds(40);
        pull.Options.HeartbeatTimeout = TimeSpan.FromMilliseconds(120);
        string endpoint = pull.BindFree("tcp");
        using var mute = new TcpClient();
        mute.Connect(IPEndPoint.Parse(endpoint[6..]));
        mute.Client.Send([.. RawPeer.Greeting, .. RawPeer.Ready("PUSH")]);
        Assert.Contains("no sign of life", gone.Wait(), StringComparison.Ordinal);
    }

    [Fact]
    public void Heartbeats_keep_an_idle_connection_although_the_program_does_not_receive()
    {
        using var done = new Seen(ZmqEventKind.HandshakeDone);
        int ends = 0;
        using var pull = new PullSocket
        {
            Observe = (in ZmqEvent e) => ends += e.Kind == ZmqEventKind.Disconnected ? 1 : 0,
        };
        int pongs = 0;
        using var enough = new ManualResetEventSlim();
        using var push = new PushSocket
        {
            Observe = (in ZmqEvent e) =>
            {
                if (e.Kind == ZmqEventKind.CommandReceived && e.Bytes.Length >= 5 && e.Bytes[1..5].SequenceEqual("PONG"u8) && ++pongs == 20)
                {
                    enough.Set();
                }
            },
        };
        push.Options.HeartbeatInterval = TimeSpan.FromMilliseconds(20);
        push.Options.HeartbeatTimeout = TimeSpan.FromSeconds(10);
        push.Connect(pull.BindFree("tcp"));
        // Reading was lent to this thread once; the reactor must take it back.
        push.SendFrame("x");
        Assert.Equal("x", pull.Receive());
        Assert.True(enough.Wait(Endpoints.Deadline));
        Assert.Equal(0, ends);
    }

    [Theory]
    [InlineData("0800", "flags")]
    [InlineData("0500", "flags")]
    [InlineData("02ffffffffffffffff", "longer than the limit")]
    [InlineData("0200000000ffffffff", "longer than the limit")]
    [InlineData("0400", "without a name")]
    [InlineData("0403055049", "name")]
    [InlineData("0405044f4e4550", null)]
    [InlineData("0406" + "0450494e4700", "PING")]
    public void A_violation_ends_that_connection_with_its_reason(string hex, string? word)
    {
        using var gone = new Seen(ZmqEventKind.Disconnected);
        using var pull = new PullSocket { Observe = gone.On };
        string endpoint = pull.BindFree("tcp");
        using var peer = new TcpClient();
        peer.Connect(IPEndPoint.Parse(endpoint[6..]));
        peer.Client.Send([.. RawPeer.Greeting, .. RawPeer.Ready("PUSH"), .. "\0\u0004good"u8, .. Convert.FromHexString(hex)]);
        Assert.Equal("good", pull.Receive());
        if (word is not null)
        {
            Assert.Contains(word, gone.Wait(), StringComparison.Ordinal);
            return;
        }
        peer.Client.Send("\0\u0005still"u8);
        Assert.Equal("still", pull.Receive());
    }

    [Fact]
    public void Endless_more_frames_are_cut_off()
    {
        using var gone = new Seen(ZmqEventKind.Disconnected);
        using var pull = new PullSocket { Observe = gone.On };
        string endpoint = pull.BindFree("tcp");
        using var peer = new TcpClient();
        peer.Connect(IPEndPoint.Parse(endpoint[6..]));
        peer.Client.Send([.. RawPeer.Greeting, .. RawPeer.Ready("PUSH")]);
        byte[] frames = [.. Enumerable.Repeat<byte[]>([1, 1, 65], 2000).SelectMany(f => f)];
        peer.Client.Send(frames);
        Assert.Contains("1024 frames", gone.Wait(), StringComparison.Ordinal);
        Assert.False(pull.HasIn);
    }

    [Fact]
    public void Bytes_that_come_one_at_a_time_make_the_same_messages()
    {
        using var pull = new PullSocket();
        string endpoint = pull.BindFree("tcp");
        using var peer = new TcpClient { NoDelay = true };
        peer.Connect(IPEndPoint.Parse(endpoint[6..]));
        byte[] stream = [.. RawPeer.Greeting, .. RawPeer.Ready("PUSH"), .. "\u0001\u0002ab\0\u0001c"u8, 4, 7, 4, .. "PING\0\0"u8, .. "\0\u0003xyz"u8];
        foreach (byte b in stream)
        {
            peer.Client.Send([b]);
        }
        Assert.Equal(["ab", "c"], pull.ReceiveAll());
        Assert.Equal("xyz", pull.Receive());
    }

    [Fact]
    public void No_other_thread_reads_a_connection_while_the_reactor_is_at_what_came_behind_the_READY()
    {
        int inside = 0;
        bool overlapped = false, held = false;
        using var pull = new PullSocket();
        pull.Observe = (in ZmqEvent e) =>
        {
            if (e.Kind != ZmqEventKind.FrameReceived)
            {
                return;
            }
            overlapped |= Interlocked.Increment(ref inside) > 1;
            if (!held)
            {
                // The reactor is held here: the program, which waits in Receive, has all the time it needs to do wrong.
                held = true;
                SpinWait.SpinUntil(() => Volatile.Read(ref inside) > 1, 300);
            }
            Interlocked.Decrement(ref inside);
        };
        string endpoint = pull.BindFree("tcp");
        byte[] big = new byte[100_000];
        byte[] frame = [2, 0, 0, 0, 0, 0, 1, 0x86, 0xa0, .. big];
        byte[] stream = [.. RawPeer.Greeting, .. RawPeer.Ready("PUSH"), 0, 1, 65, .. Enumerable.Repeat(frame, 20).SelectMany(f => f)];
        using var peer = new TcpClient();
        var sender = new Thread(() =>
        {
            peer.Connect(IPEndPoint.Parse(endpoint[6..]));
            peer.Client.Send(stream);
        });
        sender.Start();
        Assert.Equal("A", pull.Receive());
        for (int i = 0; i < 20; i++)
        {
            Assert.True(pull.TryReceiveFrameBytes(Endpoints.Deadline, out var bytes), $"message {i} did not come");
            Assert.Equal(big.Length, bytes.Length);
        }
        sender.Join();
        Assert.True(held);
        Assert.False(overlapped, "two threads read one connection at once");
    }
}
