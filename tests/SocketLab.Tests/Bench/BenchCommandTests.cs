using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SocketLab.Tests.Shared;

namespace SocketLab.Tests.Bench;

public sealed class BenchCommandTests
{
    [Theory]
    [InlineData("tcp-echo")]
    [InlineData("udp-echo")]
    [InlineData("reqrep")]
    [InlineData("pubsub")]
    [InlineData("pipeline")]
    public async Task A_short_run_of_each_pattern_measures_something_and_loses_nothing_it_should_not(string pattern)
    {
        await using var bench = Started.Lab("bench", pattern, "--duration", "0.3", "--warmup", "0.1", "--json");
        Assert.Equal(0, await bench.ExitAsync());
        using var report = JsonDocument.Parse(bench.Output);
        var server = report.RootElement.GetProperty("servers")[0];
        Assert.True(server.GetProperty("count").GetInt64() > 0);
        // A datagram and a publication may be lost; what TCP and the other two carry may not.
        if (pattern is "tcp-echo" or "reqrep" or "pipeline")
        {
            Assert.Equal(0, server.GetProperty("lost").GetInt64());
        }
    }

    [Fact]
    public async Task It_measures_somebody_elses_server()
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "-q");
        var port = await server.PortAsync();
        await using var bench = Started.Lab("bench", "tcp-echo", "--connect", $"127.0.0.1:{port}", "--connections", "10", "--duration", "0.3", "--warmup", "0.1", "-q");
        Assert.Equal(0, await bench.ExitAsync());
        Assert.Contains("p99.9", bench.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_a_fixed_rate_a_stall_of_the_server_cannot_hide()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var stalling = EchoWithOneStallAsync(listener);
        await using var bench = Started.Lab("bench", "tcp-echo", "--connect", $"{listener.LocalEndpoint}", "--rate", "500", "--duration", "2", "--warmup", "0", "--json", "-q");
        Assert.Equal(0, await bench.ExitAsync());
        await stalling.WaitAsync(Wait.Deadline);
        using var report = JsonDocument.Parse(bench.Output);
        var latency = report.RootElement.GetProperty("servers")[0].GetProperty("latencyMicroseconds");
        // Half a second of stall delays a quarter of what was due in two seconds; one slow reply alone would not reach the p90.
        Assert.True(latency.GetProperty("p90").GetDouble() > 50_000, bench.Output);
    }

    [Fact]
    public async Task Without_a_server_it_exits_1_with_a_hint()
    {
        await using var bench = Started.Lab("bench", "tcp-echo", "--connect", "127.0.0.1:9", "--duration", "0.3");
        Assert.Equal(1, await bench.ExitAsync());
        Assert.Matches(@"error: [^\n]*refused[^\n]*\nhint: ", bench.Error);
    }

    private static async Task EchoWithOneStallAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        client.NoDelay = true;
        var stream = client.GetStream();
        var buffer = new byte[64 * 1024];
        var total = 0L;
        try
        {
            for (int got; (got = await stream.ReadAsync(buffer)) > 0; total += got)
            {
                if (total < 64 * 100 && total + got >= 64 * 100)
                {
                    await Task.Delay(500); // the stall that is to be found
                }
                await stream.WriteAsync(buffer.AsMemory(0, got));
            }
        }
        catch (IOException)
        {
            // The load generator has what it wanted, and resets.
        }
    }
}
