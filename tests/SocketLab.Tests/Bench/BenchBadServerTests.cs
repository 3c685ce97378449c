using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SocketLab.Tests.Shared;

namespace SocketLab.Tests.Bench;

/// <summary>What <c>bench</c> says of servers that are none: silent from the beginning or from the middle on, or wrong in one byte.</summary>
public sealed class BenchBadServerTests
{
    [Theory]
    [InlineData("tcp-echo", "0.4", "no reply within 0.4")]
    [InlineData("tcp-echo", "600", "no reply within ")]
    [InlineData("reqrep", "0.4", "no reply within 0.4 s")]
    [InlineData("pubsub", "5", "no message arrived")]
    [InlineData("pipeline", "5", "no message arrived")]
    public async Task A_server_that_accepts_and_says_nothing_is_an_error_with_a_hint(string pattern, string timeout, string error)
    {
        using var listener = Listen();
        var silent = ServeAsync(listener, (_, _) => 0);
        await using var bench = Bench(pattern, listener.LocalEndpoint, "--duration", "0.5", "--warmup", "0", "--timeout", timeout);
        Assert.Equal(1, await bench.ExitAsync());
        Assert.Matches($"^error: bench {pattern} 127.0.0.1:[0-9]+: {error}[^\n]*\nhint: [^\n]+\n$", bench.Error);
        Assert.Empty(bench.Output);
        listener.Stop();
        await silent.WaitAsync(Wait.Deadline);
    }

    [Fact]
    public async Task Udp_with_nobody_who_answers_is_an_error_with_a_hint()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var bench = Bench("udp-echo", socket.LocalEndPoint!, "--duration", "0.5", "--timeout", "0.3");
        Assert.Equal(1, await bench.ExitAsync());
        Assert.Matches("^error: bench udp-echo 127.0.0.1:[0-9]+: no reply within 0.3 s\nhint: [^\n]+\n$", bench.Error);
    }

    [Fact]
    public async Task A_single_wrong_byte_after_many_right_ones_is_an_error()
    {
        using var listener = Listen();
        var wrong = ServeAsync(listener, (n, bytes) =>
        {
            bytes[^1] ^= n == 100 ? (byte)1 : (byte)0;
            return bytes.Length;
        });
        await using var bench = Bench("tcp-echo", listener.LocalEndpoint, "--duration", "600");
        Assert.Equal(1, await bench.ExitAsync());
        Assert.Matches("^error: bench tcp-echo 127.0.0.1:[0-9]+: what came back is not what was sent\nhint: ", bench.Error);
        listener.Stop();
        await wrong.WaitAsync(Wait.Deadline);
    }

    [Fact]
    public async Task A_server_that_falls_silent_before_the_end_is_not_told_as_a_fast_one()
    {
        using var listener = Listen();
        var tired = ServeAsync(listener, (n, bytes) => n < 100 ? bytes.Length : 0);
        await using var bench = Bench("tcp-echo", listener.LocalEndpoint, "--duration", "1.5", "--warmup", "0", "--timeout", "600", "--json");
        Assert.Equal(0, await bench.ExitAsync());
        using var report = JsonDocument.Parse(bench.Output);
        var server = report.RootElement.GetProperty("servers")[0];
        Assert.Equal(1, server.GetProperty("unanswered").GetInt64());
        // It is counted with the time that it had waited by then: most of the run.
        Assert.Equal(99, server.GetProperty("count").GetInt64());
        Assert.True(server.GetProperty("latencyMicroseconds").GetProperty("max").GetDouble() > server.GetProperty("latencyMicroseconds").GetProperty("p90").GetDouble());
        Assert.Contains(report.RootElement.GetProperty("notes").EnumerateArray(), note => note.GetString()!.Contains("1 message under way had no answer", StringComparison.Ordinal));
        listener.Stop();
        await tired.WaitAsync(Wait.Deadline);
    }

    private static Started Bench(string pattern, EndPoint server, params string[] arguments) => Started.Lab(["bench", pattern, "--connect", $"{server}", "-q", .. arguments]);

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    /// <summary>Serves each connection in turn until the listener ends: what one receive gave, from the first on, and how much of it goes back.</summary>
    private static async Task ServeAsync(TcpListener listener, Func<int, byte[], int> reply)
    {
        try
        {
            while (true)
            {
                using var socket = await listener.AcceptSocketAsync();
                var buffer = new byte[65_536];
                var got = 0;
                for (var n = 1; (got = await socket.ReceiveAsync(buffer)) > 0; n++)
                {
                    var bytes = buffer[..got];
                    if (reply(n, bytes) is > 0 and var count)
                    {
                        await socket.SendAsync(bytes.AsMemory(0, count));
                    }
                }
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // The load generator resets when it has seen enough, and the test stops the listener.
        }
    }
}
