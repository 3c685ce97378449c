using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SocketLab.Tests.Shared;

namespace SocketLab.Tests.Bench;

/// <summary><c>bench --connect</c> measures what others wrote: Python, socat, ncat and libzmq.</summary>
public sealed class BenchPeersTests
{
    [Theory]
    [InlineData("tcp-echo", "asyncio_echo.py", "--connections", "20")]
    [InlineData("tcp-echo", "asyncio_echo.py", "--rate", "1000")]
    [InlineData("udp-echo", "udp_echo.py", "--depth", "8")]
    public async Task A_python_echo_is_measured_and_its_processor_time_too(string pattern, string program, params string[] load)
    {
        Peers.NeedPython();
        await using var server = Started.Run(Peers.Python, Path.Combine(Samples.Root, "tests", "SocketLab.Benchmarks", "peers", program));
        var measured = await MeasureAsync([pattern, "--connect", $"127.0.0.1:{await server.PortAsync()}", .. load]);
        Assert.True(measured.GetProperty("count").GetInt64() > 0);
        Assert.True(measured.GetProperty("cpuSecondsPerMillion").GetProperty("server").GetDouble() > 0, $"{measured}");
    }

    [Theory]
    [InlineData("rep", "reqrep", "--depth", "1")]
    [InlineData("rep", "reqrep", "--depth", "50")]
    [InlineData("pub", "pubsub", "--connections", "2")]
    [InlineData("push", "pipeline", "--connections", "2")]
    public async Task A_libzmq_socket_is_measured(string role, string pattern, params string[] load)
    {
        Peers.NeedPyzmq();
        await using var server = Started.Run(Peers.Python, "-c", $"""
            import zmq
            s = zmq.Context().socket(zmq.{role.ToUpperInvariant()})
            print("READY 127.0.0.1:%d" % s.bind_to_random_port("tcp://127.0.0.1"), flush=True)
            while True:
                s.send({(role == "rep" ? "s.recv()" : "bytes(100)")})
            """);
        var measured = await MeasureAsync([pattern, "--connect", $"127.0.0.1:{await server.PortAsync()}", .. load]);
        Assert.True(measured.GetProperty("count").GetInt64() > 0);
        // How many somebody's publisher sent is not known, so nobody may say that none was lost.
        Assert.Equal(role == "rep" ? JsonValueKind.Number : JsonValueKind.Null, measured.GetProperty("lost").ValueKind);
    }

    [Fact]
    public async Task What_socat_and_ncat_do_in_a_process_for_each_connection_counts_as_theirs()
    {
        var port = FreePort();
        await using var ncat = Started.Run(Peers.Need("ncat"), "-v", "-l", "127.0.0.1", $"{port}", "--keep-open", "--exec", "/bin/cat");
        await using var socat = Started.Run(Peers.Need("socat"), "-d", "-d", "TCP-LISTEN:0,bind=127.0.0.1,fork,nodelay", "PIPE");
        await Wait.UntilAsync(() => ncat.Error.Contains($"127.0.0.1:{port}", StringComparison.Ordinal));
        await Wait.UntilAsync(() => socat.Error.Contains("listening on", StringComparison.Ordinal) && socat.Error.Contains('\n'));
        var other = socat.Error.Split('\n')[0].Split(':')[^1];
        using var report = await ReportAsync(["tcp-echo", "--connect", $"127.0.0.1:{port}", "--vs", $"127.0.0.1:{other}", "--rounds", "2", "--duration", "0.5"]);
        Assert.All(report.RootElement.GetProperty("servers").EnumerateArray(), one =>
            Assert.True(one.GetProperty("cpuSecondsPerMillion").GetProperty("server").GetDouble() > 0.5, $"{one}"));
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static async Task<JsonElement> MeasureAsync(string[] arguments)
    {
        using var report = await ReportAsync([.. arguments, "--duration", "0.3"]);
        return report.RootElement.GetProperty("servers")[0].Clone();
    }

    private static async Task<JsonDocument> ReportAsync(string[] arguments)
    {
        await using var bench = Started.Lab(["bench", .. arguments, "--warmup", "0.1", "--json", "-q"]);
        Assert.True(await bench.ExitAsync() == 0, bench.Error);
        return JsonDocument.Parse(bench.Output);
    }
}
