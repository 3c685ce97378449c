using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SocketLab.Transport.Tcp;
using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Tests;

/// <summary>The loop that a student reads.</summary>
public sealed class PlainTcpEchoServerTests() : TcpEchoServerTests(plain: true);

/// <summary>The fast path, where there is one: the same behaviour.</summary>
public sealed class FastTcpEchoServerTests() : TcpEchoServerTests(plain: false);

public abstract class TcpEchoServerTests(bool plain) : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(TcpEchoServer Server, Task Run)> _servers = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var (server, run) in _servers)
        {
            await run.WaitAsync(Deadline);
            await server.DisposeAsync();
        }
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    private TcpEchoServer Start(Func<TcpEchoServerOptions, TcpEchoServerOptions>? change = null)
    {
        var options = new TcpEchoServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), PlainLoop = plain };
        var server = new TcpEchoServer(change?.Invoke(options) ?? options);
        server.Start();
        _servers.Add((server, server.RunAsync(_stop.Token)));
        return server;
    }

    private static async Task<Socket> ConnectAsync(TcpEchoServer server)
    {
        var socket = new Socket(server.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.EndPoint).WaitAsync(Deadline);
        return socket;
    }

    private static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        using var patience = new CancellationTokenSource(Deadline);
        for (int got; (got = await socket.ReceiveAsync(buffer, patience.Token)) > 0;)
        {
            all.Write(buffer, 0, got);
        }
        return all.ToArray();
    }

    /// <summary>The reset may come while connect is still under way, or after it.</summary>
    private static async Task IsResetAsync(TcpEchoServer server)
    {
        var error = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            using var socket = await ConnectAsync(server);
            await ReadToEndAsync(socket);
        });
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(Deadline);
        while (!holds())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    [Fact]
    public async Task All_256_byte_values_come_back_unchanged()
    {
        using var socket = await ConnectAsync(Start());
        var sent = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        await socket.SendAsync(sent);
        socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(sent, await ReadToEndAsync(socket));
    }

    [Fact]
    public async Task After_a_half_close_every_byte_still_comes_back()
    {
        using var socket = await ConnectAsync(Start());
        var sent = RandomNumberGenerator.GetBytes(3_000_000);
        var back = ReadToEndAsync(socket);
        await socket.SendAsync(sent);
        socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(sent, await back);
    }

    [Fact]
    public async Task A_byte_at_a_time_comes_back_in_order()
    {
        using var socket = await ConnectAsync(Start());
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 200).Select(i => $"{i},")));
        var back = ReadToEndAsync(socket);
        foreach (var b in text)
        {
            await socket.SendAsync(new[] { b });
        }
        socket.Shutdown(SocketShutdown.Send);
        Assert.Equal(text, await back);
    }

    [Fact]
    public async Task Five_hundred_clients_at_once_each_get_their_own_bytes()
    {
        var server = Start(o => o with { Backlog = 512 });
        var clients = await Task.WhenAll(Enumerable.Range(0, 500).Select(async i =>
        {
            var socket = await ConnectAsync(server);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"client {i}"));
            return (i, socket);
        }));
        await UntilAsync(() => server.Open == 500);
        foreach (var (i, socket) in clients)
        {
            socket.Shutdown(SocketShutdown.Send);
            Assert.Equal($"client {i}", Encoding.ASCII.GetString(await ReadToEndAsync(socket)));
            socket.Dispose();
        }
        await UntilAsync(() => server.Open == 0);
        Assert.Equal(500, server.Accepted);
    }

    [Fact]
    public async Task A_reset_in_mid_stream_is_one_clients_end_and_nobody_elses()
    {
        var server = Start();
        using var good = await ConnectAsync(server);
        for (var i = 0; i < 20; i++)
        {
            var bad = await ConnectAsync(server);
            await bad.SendAsync(new byte[100_000]);
            bad.Close(0);
        }
        await UntilAsync(() => server.Open == 1);
        await good.SendAsync("still here"u8.ToArray());
        good.Shutdown(SocketShutdown.Send);
        Assert.Equal("still here"u8.ToArray(), await ReadToEndAsync(good));
    }

    [Fact]
    public async Task Over_the_limit_a_client_is_reset_and_those_inside_are_served()
    {
        var server = Start(o => o with { MaxConnections = 2 });
        using var first = await ConnectAsync(server);
        using var second = await ConnectAsync(server);
        await UntilAsync(() => server.Open == 2);
        await IsResetAsync(server);
        Assert.Equal(1, server.Refused);
        await first.SendAsync("x"u8.ToArray());
        first.Shutdown(SocketShutdown.Send);
        Assert.Equal("x"u8.ToArray(), await ReadToEndAsync(first));
        await UntilAsync(() => server.Open == 1);
        using var fourth = await ConnectAsync(server);
        await UntilAsync(() => server.Open == 2);
    }

    [Fact]
    public async Task One_address_has_a_limit_of_its_own()
    {
        var server = Start(o => o with { MaxConnectionsPerAddress = 1 });
        using var first = await ConnectAsync(server);
        await UntilAsync(() => server.Open == 1);
        await IsResetAsync(server);
        using var elsewhere = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        elsewhere.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await elsewhere.ConnectAsync(server.EndPoint);
        await UntilAsync(() => server.Open == 2);
    }

    [Fact]
    public async Task A_silent_connection_is_closed_after_the_idle_time()
    {
        var server = Start(o => o with { IdleTimeout = TimeSpan.FromMilliseconds(100) });
        using var socket = await ConnectAsync(server);
        Assert.Empty(await ReadToEndAsync(socket));
        await UntilAsync(() => server.Open == 0);
    }

    [Fact]
    public async Task Clients_that_never_read_are_held_by_flow_control_and_cost_little_memory()
    {
        var server = Start();
        GC.Collect();
        var before = Environment.WorkingSet;
        var rude = new List<Socket>();
        var piece = new byte[1 << 20];
        for (var i = 0; i < 4; i++)
        {
            var socket = await ConnectAsync(server);
            socket.Blocking = false;
            rude.Add(socket);
            // Until the kernel's buffers on both sides are full and stay so.
            for (var quiet = 0; quiet < 20;)
            {
                try
                {
                    socket.Send(piece);
                    quiet = 0;
                }
                catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
                {
                    quiet++;
                    await Task.Delay(5);
                }
            }
        }
        using var good = await ConnectAsync(server);
        await good.SendAsync("x"u8.ToArray());
        good.Shutdown(SocketShutdown.Send);
        Assert.Equal("x"u8.ToArray(), await ReadToEndAsync(good));
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 100L << 20);
        rude.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task A_gibibyte_comes_back_whole_and_is_not_hoarded()
    {
        using var socket = await ConnectAsync(Start());
        var before = Environment.WorkingSet;
        var piece = RandomNumberGenerator.GetBytes(1 << 20);
        const int Pieces = 1024;
        using var expected = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var actual = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < Pieces; i++)
            {
                for (var sent = 0; sent < piece.Length;)
                {
                    sent += await socket.SendAsync(piece.AsMemory(sent));
                }
                expected.AppendData(piece);
            }
            socket.Shutdown(SocketShutdown.Send);
        });
        var buffer = new byte[256 * 1024];
        var total = 0L;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        for (int got; (got = await socket.ReceiveAsync(buffer, patience.Token)) > 0; total += got)
        {
            actual.AppendData(buffer, 0, got);
        }
        await sending;
        Assert.Equal((long)Pieces << 20, total);
        Assert.Equal(expected.GetHashAndReset(), actual.GetHashAndReset());
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 200L << 20);
    }

    [Fact]
    public async Task However_a_stream_is_chopped_it_comes_back_whole()
    {
        var server = Start();
        // Each array is one write; the property holds for any arrays of any sizes.
        await Task.Run(() => Prop.ForAll<byte[][]>(writes =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000 };
            socket.Connect(server.EndPoint);
            foreach (var write in writes)
            {
                socket.Send(write);
            }
            socket.Shutdown(SocketShutdown.Send);
            return writes.SelectMany(write => write).SequenceEqual(ReadToEndAsync(socket).GetAwaiter().GetResult());
        }).QuickCheckThrowOnFailure());
    }

    [Fact]
    public async Task Stopping_is_quick_and_ends_open_connections()
    {
        var server = Start();
        using var socket = await ConnectAsync(server);
        await UntilAsync(() => server.Open == 1);
        await _stop.CancelAsync();
        await _servers[0].Run.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Empty(await ReadToEndAsync(socket));
        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(server));
    }

    [Fact]
    public async Task It_stops_by_itself_after_the_number_of_connections_asked_for()
    {
        var server = Start(o => o with { StopAfter = 2 });
        for (var i = 0; i < 2; i++)
        {
            using var socket = await ConnectAsync(server);
            socket.Shutdown(SocketShutdown.Send);
            await ReadToEndAsync(socket);
        }
        await _servers[0].Run.WaitAsync(Deadline);
        Assert.Equal(2, server.Accepted);
    }

    [Fact]
    public async Task IPv6_works_like_IPv4()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        var server = Start(o => o with { EndPoint = new IPEndPoint(IPAddress.IPv6Loopback, 0) });
        using var socket = await ConnectAsync(server);
        await socket.SendAsync("six"u8.ToArray());
        socket.Shutdown(SocketShutdown.Send);
        Assert.Equal("six"u8.ToArray(), await ReadToEndAsync(socket));
    }

    [Fact]
    public void A_port_that_is_taken_is_refused_at_start()
    {
        var first = Start();
        var second = new TcpEchoServer(new TcpEchoServerOptions { EndPoint = first.EndPoint });
        Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(second.Start).SocketErrorCode);
    }
}
