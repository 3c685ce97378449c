using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketLab.Tests.Shared;
using SocketLab.Transport.Trace;
using SocketLab.Transport.Udp;

namespace SocketLab.Transport.Tests;

public sealed class UdpEchoTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _runs = [];
    private readonly EventList _seen = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_runs).WaitAsync(Wait.Deadline);
        _stop.Dispose();
    }

    private UdpEchoServer Start(Func<UdpEchoServerOptions, UdpEchoServerOptions>? change = null, TraceLog? log = null)
    {
        var options = new UdpEchoServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) };
        var server = new UdpEchoServer(change?.Invoke(options) ?? options, log);
        server.Start();
        _runs.Add(server.RunAsync(_stop.Token));
        return server;
    }

    private static async Task<UdpEchoClient> OpenAsync(int port, Func<UdpEchoClientOptions, UdpEchoClientOptions>? change = null, TraceLog? log = null)
    {
        var options = new UdpEchoClientOptions { Host = "127.0.0.1", Port = port, Timeout = Wait.Deadline };
        var client = new UdpEchoClient(change?.Invoke(options) ?? options, log);
        await client.OpenAsync(CancellationToken.None);
        return client;
    }

    public static MatrixTheoryData<int, bool> SizesOnBothLoops => new([0, 1, 1472, 1473, 9000, 65_507], [true, false]);

    [Theory]
    [MemberData(nameof(SizesOnBothLoops))]
    public async Task A_datagram_of_any_size_comes_back_whole(int bytes, bool plain)
    {
        await using var client = await OpenAsync(Start(o => o with { PlainLoop = plain }).EndPoint.Port);
        var message = new byte[bytes];
        Random.Shared.NextBytes(message);
        var reply = await client.EchoAsync(message, CancellationToken.None);
        Assert.Equal(message, reply!.Payload);
        Assert.Equal(0, reply.CutBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_crowd_of_datagrams_is_answered_each_to_its_sender_and_cut_ones_are_counted(bool plain)
    {
        var server = Start(o => o with { PlainLoop = plain, BufferBytes = 100 });
        var crowd = Enumerable.Range(0, 50).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 30_000 }).ToList();
        foreach (var (one, i) in crowd.Select((one, i) => (one, i)))
        {
            one.Connect(server.EndPoint);
            one.Send(Enumerable.Repeat((byte)i, 80 + i).ToArray());
        }
        foreach (var (one, i) in crowd.Select((one, i) => (one, i)))
        {
            var back = new byte[200];
            Assert.Equal(Math.Min(80 + i, 100), one.Receive(back));
            Assert.All(back[..Math.Min(80 + i, 100)], b => Assert.Equal(i, b));
            one.Dispose();
        }
        await Wait.UntilAsync(() => server.Sent == 50);
        Assert.Equal(29, server.Cut);
        Assert.Equal(50, server.Received);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Datagrams_that_come_one_by_one_are_answered_and_cut_like_those_of_a_crowd(bool plain)
    {
        var server = Start(o => o with { PlainLoop = plain, BufferBytes = 100 });
        await using var client = await OpenAsync(server.EndPoint.Port);
        foreach (var bytes in Enumerable.Repeat((int[])[60, 0, 150, 100], 6).SelectMany(sizes => sizes))
        {
            var message = new byte[bytes];
            Random.Shared.NextBytes(message);
            var reply = await client.EchoAsync(message, CancellationToken.None);
            Assert.Equal(message[..Math.Min(bytes, 100)], reply!.Payload);
        }
        Assert.Equal(6, server.Cut);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_stops_after_as_many_datagrams_as_it_was_told(bool plain)
    {
        var server = new UdpEchoServer(new UdpEchoServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), StopAfter = 3, PlainLoop = plain });
        server.Start();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        for (var i = 0; i < 10; i++)
        {
            client.SendTo("x"u8, server.EndPoint);
        }
        await server.RunAsync(CancellationToken.None).WaitAsync(Wait.Deadline);
        Assert.Equal(3, server.Received);
        Assert.Equal(3, server.Sent);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disposing_it_ends_a_run_that_waits_for_datagrams(bool plain)
    {
        var server = new UdpEchoServer(new UdpEchoServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), PlainLoop = plain });
        server.Start();
        var run = server.RunAsync(CancellationToken.None);
        await using (var client = await OpenAsync(server.EndPoint.Port))
        {
            Assert.NotNull(await client.EchoAsync("hi"u8.ToArray(), CancellationToken.None));
        }
        await server.DisposeAsync().AsTask().WaitAsync(Wait.Deadline);
        await run.WaitAsync(Wait.Deadline);
    }

    [Fact]
    public async Task A_datagram_of_one_byte_too_many_is_refused_at_the_sender()
    {
        await using var client = await OpenAsync(Start().EndPoint.Port);
        var error = await Assert.ThrowsAsync<SocketException>(() => client.EchoAsync(new byte[65_508], CancellationToken.None));
        Assert.Equal(SocketError.MessageSize, error.SocketErrorCode);
    }

    [Fact]
    public async Task A_datagram_longer_than_the_servers_buffer_is_cut_and_the_journal_says_by_how_much()
    {
        var log = new TraceLog("test");
        log.Attach(_seen);
        var server = Start(o => o with { BufferBytes = 5 }, log);
        await using var client = await OpenAsync(server.EndPoint.Port);
        var reply = await client.EchoAsync("Hello There"u8.ToArray(), CancellationToken.None);
        Assert.Equal("Hello"u8.ToArray(), reply!.Payload);
        Assert.Equal("next"u8.ToArray(), (await client.EchoAsync("next"u8.ToArray(), CancellationToken.None))!.Payload);
        await log.FlushAsync();
        Assert.Equal(6, Assert.Single(_seen, e => e.Kind == TraceKind.Cut).Count);
        Assert.Equal(1, server.Cut);
    }

    [Fact]
    public async Task A_reply_longer_than_the_clients_buffer_is_cut()
    {
        await using var client = await OpenAsync(Start().EndPoint.Port, o => o with { BufferBytes = 5 });
        var reply = await client.EchoAsync("Hello There"u8.ToArray(), CancellationToken.None);
        Assert.Equal("Hello"u8.ToArray(), reply!.Payload);
        Assert.Equal(6, reply.CutBytes);
    }

    [Fact]
    public async Task Silence_ends_with_the_timeout_and_is_no_error()
    {
        using var mute = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        mute.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var client = await OpenAsync(((IPEndPoint)mute.LocalEndPoint!).Port, o => o with { Timeout = TimeSpan.FromMilliseconds(50) });
        Assert.Null(await client.EchoAsync("hi"u8.ToArray(), CancellationToken.None));
    }

    [Fact]
    public async Task A_connected_client_hears_that_nobody_has_the_port()
    {
        var port = FreePort();
        await using var client = await OpenAsync(port, o => o with { Connected = true });
        var error = await Assert.ThrowsAsync<SocketException>(() => client.EchoAsync("hi"u8.ToArray(), CancellationToken.None));
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    [Fact]
    public async Task A_late_reply_is_not_taken_for_the_current_one()
    {
        using var slow = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        slow.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var log = new TraceLog("test");
        log.Attach(_seen);
        await using var client = await OpenAsync(((IPEndPoint)slow.LocalEndPoint!).Port, o => o with { Timeout = TimeSpan.FromMilliseconds(50) }, log);
        Assert.Null(await client.EchoAsync("first"u8.ToArray(), CancellationToken.None));
        var to = new IPEndPoint(IPAddress.Loopback, client.LocalEndPoint!.Port);
        slow.SendTo("first"u8, to);
        slow.SendTo("second"u8, to);
        Assert.Equal("second"u8.ToArray(), (await client.EchoAsync("second"u8.ToArray(), CancellationToken.None))!.Payload);
        await log.FlushAsync();
        Assert.Contains(_seen, e => e.Kind == TraceKind.Ignored && e.Note!.Contains("late", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_late_reply_that_our_buffer_cut_is_still_known_as_late()
    {
        using var slow = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        slow.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var client = await OpenAsync(((IPEndPoint)slow.LocalEndPoint!).Port, o => o with { Timeout = TimeSpan.FromMilliseconds(50), BufferBytes = 4 });
        Assert.Null(await client.EchoAsync("first message"u8.ToArray(), CancellationToken.None));
        var to = new IPEndPoint(IPAddress.Loopback, client.LocalEndPoint!.Port);
        slow.SendTo("first message"u8, to);
        slow.SendTo("second message"u8, to);
        Assert.Equal("seco"u8.ToArray(), (await client.EchoAsync("second message"u8.ToArray(), CancellationToken.None))!.Payload);
    }

    [Fact]
    public async Task A_reply_from_a_stranger_is_passed_over()
    {
        using var quiet = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        quiet.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var client = await OpenAsync(((IPEndPoint)quiet.LocalEndPoint!).Port);
        var echo = client.EchoAsync("hi"u8.ToArray(), CancellationToken.None);
        var buffer = new byte[100];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        quiet.ReceiveFrom(buffer, ref from);
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        stranger.SendTo("hi"u8, from);
        quiet.SendTo("hi"u8, from);
        Assert.Equal(quiet.LocalEndPoint, (await echo)!.From);
    }

    [Fact]
    public async Task An_icmp_error_of_somebody_elses_does_not_stop_the_server()
    {
        var server = Start();
        for (var i = 0; i < 20; i++)
        {
            using var gone = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            gone.SendTo("hi"u8, server.EndPoint);
        }
        await using var client = await OpenAsync(server.EndPoint.Port);
        Assert.NotNull(await client.EchoAsync("still there?"u8.ToArray(), CancellationToken.None));
    }

    [Fact]
    public async Task Two_servers_that_echo_each_other_stop_by_themselves()
    {
        var (a, b) = (Start(), Start());
        // What a datagram with a forged source does: a answers b, and b answers a. Here b's own socket sends it.
        b.SendTo("ping pong"u8, a.EndPoint);
        await Wait.UntilAsync(() => a.Ignored + b.Ignored > 0);
        var exchanged = a.Received + b.Received;
        await using var client = await OpenAsync(a.EndPoint.Port);
        Assert.NotNull(await client.EchoAsync("and on it goes"u8.ToArray(), CancellationToken.None));
        Assert.InRange(a.Received + b.Received - exchanged, 0, 3);
    }

    [Fact]
    public async Task One_source_is_limited_and_another_is_served()
    {
        var server = Start(o => o with { RatePerSource = 10 });
        using var flood = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        for (var i = 0; i < 100; i++)
        {
            flood.SendTo(Encoding.ASCII.GetBytes($"{i}"), server.EndPoint);
        }
        await Wait.UntilAsync(() => server.Limited > 0);
        await using var client = await OpenAsync(server.EndPoint.Port);
        Assert.NotNull(await client.EchoAsync("hi"u8.ToArray(), CancellationToken.None));
    }

    [Fact]
    public void The_guard_answers_neither_low_ports_nor_its_own()
    {
        var guard = new EchoGuard(ownPort: 5677, ratePerSource: 0);
        Assert.Equal(Verdict.PrivilegedPort, guard.Judge(Raw(new IPEndPoint(IPAddress.Loopback, 19)), "x"u8));
        Assert.Equal(Verdict.OwnPort, guard.Judge(Raw(new IPEndPoint(IPAddress.Parse("127.0.0.9"), 5677)), "x"u8));
        Assert.Equal(Verdict.Answer, guard.Judge(Raw(new IPEndPoint(IPAddress.Loopback, 40_000)), "x"u8));
        Assert.Equal(Verdict.OwnPort, guard.Judge(Raw(new IPEndPoint(IPAddress.IPv6Loopback, 5677)), "x"u8));
    }

    [Fact]
    public async Task A_multicast_group_is_joined_and_answers()
    {
        var group = IPAddress.Parse("239.255.12.34");
        var server = Start(o => o with { EndPoint = new IPEndPoint(IPAddress.Any, 0), MulticastGroup = group });
        await using var client = await OpenAsync(server.EndPoint.Port, o => o with { Host = group.ToString(), Timeout = TimeSpan.FromSeconds(5) });
        try
        {
            var reply = await client.EchoAsync("to all"u8.ToArray(), CancellationToken.None);
            Assert.Equal("to all"u8.ToArray(), reply?.Payload);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.NetworkUnreachable)
        {
            Assert.Skip("this machine has no route for multicast");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_broadcast_reaches_the_server_and_its_answer_comes_back(bool plain)
    {
        var server = Start(o => o with { EndPoint = new IPEndPoint(IPAddress.Any, 0), PlainLoop = plain });
        await using var client = await OpenAsync(server.EndPoint.Port, o => o with { Host = "127.255.255.255", Broadcast = true });
        var reply = await client.EchoAsync("to all"u8.ToArray(), CancellationToken.None);
        Assert.Equal("to all"u8.ToArray(), reply?.Payload);
        Assert.NotEqual(IPAddress.Parse("127.255.255.255"), reply?.From.Address); // one host answers, not the broadcast address
    }

    private static ReadOnlySpan<byte> Raw(IPEndPoint from)
    {
        var address = from.Serialize();
        return address.Buffer.Span[..address.Size];
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

/// <summary>A view that keeps what it sees.</summary>
internal sealed class EventList : ConcurrentQueue<TraceEvent>, ITraceView
{
    public int PayloadBytes => int.MaxValue;

    public void See(TraceEvent e) => Enqueue(e);

    public void Flush()
    {
    }
}
