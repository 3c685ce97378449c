using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SocketLab.Tests.Shared;

namespace SocketLab.Tests.Bench;

/// <summary>What a run of <c>bench</c> says of servers that are compared, lose, die, or are never heard again, and when it is interrupted.</summary>
public sealed class BenchReportTests : IDisposable
{
    private static readonly string[] Short = ["--duration", "0.2", "--warmup", "0.05", "-q"];
    private readonly string _folder = Directory.CreateTempSubdirectory("socketlab-bench-").FullName;

    [Fact]
    public async Task Two_servers_take_turns_and_their_ratio_is_told_with_its_spread()
    {
        await using var first = Started.Lab("tcp-echo", "server", "--port", "0", "-q");
        await using var second = Started.Lab("tcp-echo", "server", "--port", "0", "-q");
        using var report = await ReportAsync(["tcp-echo", "--connect", $"127.0.0.1:{await first.PortAsync()}", "--vs", $"127.0.0.1:{await second.PortAsync()}", "--rounds", "3", .. Short]);
        var servers = report.RootElement.GetProperty("servers");
        Assert.Equal(2, servers.GetArrayLength());
        Assert.All(servers.EnumerateArray(), one => Assert.Equal(3, one.GetProperty("roundRatesPerSecond").GetArrayLength()));
        Assert.Empty(servers[0].GetProperty("ratioToFirst").EnumerateObject());
        var rates = servers.EnumerateArray().Select(one => one.GetProperty("roundRatesPerSecond").EnumerateArray().Select(rate => rate.GetDouble()).ToArray()).ToArray();
        var exact = rates[1].Zip(rates[0], (mine, other) => mine / other).Order().ToArray();
        var told = servers[1].GetProperty("ratioToFirst").EnumerateObject().First().Value;
        Assert.Equal(exact[1], told.GetProperty("median").GetDouble(), 0.01 * exact[1]);
        Assert.Equal(exact[0], told.GetProperty("least").GetDouble(), 0.01 * exact[0]);
        Assert.Equal(exact[2], told.GetProperty("most").GetDouble(), 0.01 * exact[2]);
    }

    [Fact]
    public async Task Udp_tcp_and_zeromq_are_compared_side_by_side()
    {
        await using var bench = Started.Lab(["bench", "reqrep", "--compare", "--rounds", "1", .. Short]);
        Assert.Equal(0, await bench.ExitAsync());
        Assert.Matches(@"UDP │ +TCP │ +ZeroMQ", bench.Output);
        Assert.Contains("ratio to UDP", bench.Output, StringComparison.Ordinal);
        await using var twice = Started.Lab(["bench", "reqrep", "--compare", "--connect", "127.0.0.1:9", .. Short]);
        Assert.Equal(2, await twice.ExitAsync());
    }

    [Fact]
    public async Task The_page_holds_its_plots_itself_and_replaces_nothing_unasked()
    {
        var page = Path.Combine(_folder, "report.html");
        string[] run = ["bench", "udp-echo", "--html", page, .. Short];
        await using var first = Started.Lab(run);
        Assert.Equal(0, await first.ExitAsync());
        var written = await File.ReadAllTextAsync(page);
        Assert.Contains("<svg", written, StringComparison.Ordinal);
        Assert.Contains("p99.9", written, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=", written);

        await using var again = Started.Lab(run);
        Assert.Equal(2, await again.ExitAsync());
        Assert.Contains("exists already", again.Error, StringComparison.Ordinal);
        Assert.Equal(written, await File.ReadAllTextAsync(page));

        await using var forced = Started.Lab([.. run, "--force"]);
        Assert.Equal(0, await forced.ExitAsync());
        Assert.NotEqual(written, await File.ReadAllTextAsync(page));

        var unborn = Path.Combine(_folder, "none.html");
        await using var refused = Started.Lab(["bench", "tcp-echo", "--connect", "127.0.0.1:9", "--html", unborn, .. Short]);
        Assert.Equal(1, await refused.ExitAsync());
        Assert.False(File.Exists(unborn));
    }

    [Fact]
    public async Task At_a_fixed_rate_no_more_is_sent_than_was_asked_for()
    {
        // No warm-up: what was due in it and is answered late would be counted too.
        using var report = await ReportAsync(["udp-echo", "--rate", "1000", "--duration", "1", "--warmup", "0", "-q"]);
        Assert.Equal("open", report.RootElement.GetProperty("loop").GetString());
        var server = report.RootElement.GetProperty("servers")[0];
        Assert.InRange(server.GetProperty("count").GetInt64() + server.GetProperty("lost").GetInt64() + server.GetProperty("unanswered").GetInt64(), 500, 1001);
    }

    [Fact]
    public async Task What_a_udp_server_loses_and_doubles_is_counted()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var stop = new CancellationTokenSource();
        var served = ServeBadlyAsync(socket, stop.Token);
        using var report = await ReportAsync(["udp-echo", "--connect", $"{socket.LocalEndPoint}", "--depth", "10", "--timeout", "0.1", "--duration", "1", "--warmup", "0", "-q"]);
        await stop.CancelAsync();
        var (lost, doubled) = await served;
        var server = report.RootElement.GetProperty("servers")[0];
        Assert.True(lost > 10 && doubled > 10, $"{lost} {doubled}");
        // What is under way at the very end is neither.
        Assert.InRange(server.GetProperty("lost").GetInt64(), lost - 10, lost);
        Assert.InRange(server.GetProperty("duplicates").GetInt64(), doubled - 10, doubled);
    }

    [Fact]
    public async Task A_server_that_dies_ends_the_run_with_an_error_and_a_hint()
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0");
        var port = await server.PortAsync();
        await using var bench = Started.Lab("bench", "tcp-echo", "--connect", $"127.0.0.1:{port}", "--duration", "60", "-q");
        await Wait.UntilAsync(() => server.Error.Contains("accept", StringComparison.Ordinal));
        server.Signal(9);
        Assert.Equal(1, await bench.ExitAsync());
        Assert.Matches(@"error: bench tcp-echo [^\n]*\nhint: ", bench.Error);
    }

    [Theory]
    [InlineData("tcp-echo")]
    [InlineData("udp-echo")]
    [InlineData("reqrep")]
    [InlineData("pubsub")]
    [InlineData("pipeline")]
    public async Task Interrupted_it_reports_what_was_measured_by_then(string pattern)
    {
        await using var bench = Started.Lab("bench", pattern, "--duration", "600", "--warmup", "0", "--json", "-q");
        using var process = Process.GetProcessById(bench.Id);
        await Wait.UntilAsync(() => { process.Refresh(); return process.TotalProcessorTime > TimeSpan.FromSeconds(2); });
        bench.Interrupt();
        Assert.Equal(130, await bench.ExitAsync());
        using var report = JsonDocument.Parse(bench.Output);
        Assert.True(report.RootElement.GetProperty("servers")[0].GetProperty("count").GetInt64() > 0);
        Assert.Contains(report.RootElement.GetProperty("notes").EnumerateArray(), note => note.GetString()!.StartsWith("interrupted: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Interrupted_before_anything_was_measured_it_reports_nothing()
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0");
        await using var bench = Started.Lab("bench", "tcp-echo", "--connect", $"127.0.0.1:{await server.PortAsync()}", "--warmup", "600");
        await Wait.UntilAsync(() => server.Error.Contains("accept", StringComparison.Ordinal));
        bench.Interrupt();
        Assert.Equal(130, await bench.ExitAsync());
        Assert.Empty(bench.Output);
    }

    private static async Task<JsonDocument> ReportAsync(string[] arguments)
    {
        await using var bench = Started.Lab(["bench", .. arguments, "--json"]);
        Assert.True(await bench.ExitAsync() == 0, bench.Error);
        return JsonDocument.Parse(bench.Output);
    }

    /// <summary>Of ten datagrams one gets no answer, and one gets two.</summary>
    private static async Task<(long Lost, long Doubled)> ServeBadlyAsync(Socket socket, CancellationToken stop)
    {
        var (lost, doubled) = (0L, 0L);
        var buffer = new byte[2000];
        try
        {
            for (var n = 0; ; n++)
            {
                var got = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), stop);
                for (var copies = n % 10 == 3 ? 0 : n % 10 == 7 ? 2 : 1; copies > 0; copies--)
                {
                    await socket.SendToAsync(buffer.AsMemory(0, got.ReceivedBytes), SocketFlags.None, got.RemoteEndPoint, CancellationToken.None);
                }
                lost += n % 10 == 3 ? 1 : 0;
                doubled += n % 10 == 7 ? 1 : 0;
            }
        }
        catch (OperationCanceledException)
        {
            return (lost, doubled);
        }
    }

    public void Dispose() => Directory.Delete(_folder, true);
}
