using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using SocketLab.Tests.Shared;

namespace SocketLab.Tests;

/// <summary>What the ZeroMQ roles have in common: transports, who binds, limits, the journal as JSON, interrupts, errors.</summary>
public sealed class PatternOptionTests
{
    [Fact]
    public async Task All_three_patterns_work_over_ipc_and_leave_no_file_behind()
    {
        using var paths = new Paths();
        await ReqRepAsync(["--transport", "ipc", "--bind", paths.New("rr")], port => ["--transport", "ipc", "--connect", paths["rr"]]);
        await PubSubAsync(["--transport", "ipc", "--bind", paths.New("ps")], port => ["--transport", "ipc", "--connect", paths["ps"]]);
        await using var sink = Started.Lab("pipeline", "sink", "--transport", "ipc", "--bind", paths.New("sink"), "-q");
        Assert.Equal($"READY pipeline ipc://{paths["sink"]}", await sink.LineAsync("READY "));
        await using var server = Started.Lab("pipeline", "server", "--transport", "ipc", "--bind", paths.New("vent"), "--count", "5", "--every", "0", "-q");
        await using var worker = Started.Lab("pipeline", "client", "--transport", "ipc", "--connect", paths["vent"], "--sink", paths["sink"], "--work", "0", "-q");
        foreach (var role in (Started[])[server, worker, sink])
        {
            Assert.Equal(0, await role.ExitAsync());
        }
        Assert.Equal(5, sink.Output.TrimEnd().Split('\n').Length - 1);
        paths.AssertGone();
    }

    [Fact]
    public async Task The_client_may_be_the_one_that_binds_and_the_server_the_one_that_connects()
    {
        using var paths = new Paths();
        await using var asker = Started.Lab("reqrep", "client", "--bind", $"ipc://{paths.New("rr")}", "--timeout", "60", "-q", "turned round");
        await using var replier = Started.Lab("reqrep", "server", "--connect", $"ipc://{paths["rr"]}", "-q");
        Assert.Equal(0, await asker.ExitAsync());
        Assert.Equal("Echo: turned round\n", asker.Output);

        await using var subscriber = Started.Lab("pubsub", "client", "--bind", $"ipc://{paths.New("ps")}", "--count", "1", "-q");
        await using var publisher = Started.Lab("pubsub", "server", "--connect", $"ipc://{paths["ps"]}", "--every", "0.02", "-q");
        Assert.Equal(0, await subscriber.ExitAsync());

        await using var worker = Started.Lab("pipeline", "client", "--bind", $"ipc://{paths.New("vent")}", "--no-sink", "--work", "0", "-q");
        await using var ventilator = Started.Lab("pipeline", "server", "--connect", $"ipc://{paths["vent"]}", "--count", "3", "--every", "0", "-q");
        Assert.Equal(0, await ventilator.ExitAsync());
        Assert.Equal(0, await worker.ExitAsync());
        Assert.Equal(3, worker.Output.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task A_request_that_nobody_is_there_to_take_times_out_also_where_the_client_binds()
    {
        await using var client = Started.Lab("reqrep", "client", "--bind", "tcp://127.0.0.1:0", "--timeout", "0.3", "hi");
        Assert.Equal(1, await client.ExitAsync());
        Assert.Contains("no reply within 0.3 s", client.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_journal_as_json_is_one_object_a_line_in_every_role()
    {
        await using var replier = Started.Lab("reqrep", "server", "--port", "0", "--json", "--count", "1");
        await using var asker = Started.Lab("reqrep", "client", "--port", $"{await JsonPortAsync(replier)}", "--json", "hi");
        await using var publisher = Started.Lab("pubsub", "server", "--port", "0", "--json", "--sync", "1", "--count", "3", "--every", "0");
        await using var subscriber = Started.Lab("pubsub", "client", "--port", $"{await JsonPortAsync(publisher)}", "--json", "--count", "6");
        await using var sink = Started.Lab("pipeline", "sink", "--port", "0", "--json");
        await using var ventilator = Started.Lab("pipeline", "server", "--port", "0", "--json", "--count", "3", "--every", "0");
        var sinkPort = await JsonPortAsync(sink);
        await using var worker = Started.Lab("pipeline", "client", "--port", $"{await JsonPortAsync(ventilator)}", "--sink", $"{sinkPort}", "--work", "0", "--json");
        foreach (var role in (Started[])[replier, asker, publisher, subscriber, ventilator, worker, sink])
        {
            Assert.Equal(0, await role.ExitAsync());
            var kinds = role.Output.TrimEnd().Split('\n').Skip(1).Select(Kind).ToList();
            Assert.Contains("handshake", kinds);
            Assert.Contains(kinds, kind => kind is "send" or "receive");
        }
    }

    [Fact]
    public async Task What_a_subscriber_that_never_reads_misses_is_counted_once_a_second_and_in_all()
    {
        await using var publisher = Started.Lab("pubsub", "server", "--port", "0", "--hwm", "10", "--every", "0", "--topics", new string('x', 2000), "--json");
        using var rude = new TcpClient();
        await rude.ConnectAsync(IPAddress.Loopback, await JsonPortAsync(publisher));
        var stream = rude.GetStream();
        // ZMTP 3.1 (RFC 37): greeting, READY as SUB, SUBSCRIBE to everything; and then it reads no more.
        await stream.WriteAsync((byte[])[0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 1, .. "NULL"u8, .. new byte[16 + 32]]);
        await stream.WriteAsync((byte[])[4, 25, 5, .. "READY"u8, 11, .. "Socket-Type"u8, 0, 0, 0, 3, .. "SUB"u8]);
        await stream.WriteAsync((byte[])[4, 10, 9, .. "SUBSCRIBE"u8]);
        await Wait.UntilAsync(() => Drops(publisher.Output).Count >= 2);
        publisher.Interrupt();
        Assert.Equal(0, await publisher.ExitAsync());
        var drops = Drops(publisher.Output);
        var summary = Regex.Match(publisher.Output, @"; ([0-9,]+) dropped for subscribers").Groups[1].Value;
        var said = long.Parse(summary, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        // What still waits when it closes is dropped after the summary was said.
        Assert.InRange(drops.Sum(drop => drop.Count), said, said + 1000);
        Assert.All(drops.Zip(drops.Skip(1)).SkipLast(3), pair => Assert.True(pair.Second.Us - pair.First.Us > 500_000, $"{pair}"));
    }

    [Fact]
    public async Task A_client_that_was_started_first_says_that_it_waits_in_every_pattern()
    {
        foreach (var pattern in (string[])["reqrep", "pubsub", "pipeline"])
        {
            var nowhere = $"ipc://{Path.Combine(Path.GetTempPath(), $"socketlab-none-{Guid.NewGuid():N}")}";
            string[] message = pattern == "reqrep" ? ["--timeout", "60", "hi"] : [];
            await using var client = Started.Lab([pattern, "client", "--connect", nowhere, .. message]);
            await Wait.UntilAsync(() => client.Error.Contains("the other side may start later", StringComparison.Ordinal));
            await EndsSoonAsync(client, pattern == "reqrep" ? 130 : 0);
        }
    }

    [Fact]
    public async Task An_interrupt_ends_a_role_at_every_stage()
    {
        await using var push = Started.Lab("pipeline", "server", "--port", "0", "--count", "5", "--every", "0");
        await Wait.UntilAsync(() => push.Error.Contains("nobody is connected", StringComparison.Ordinal));
        await EndsSoonAsync(push, 130);

        await using var full = Started.Lab("pipeline", "server", "--port", "0", "--every", "0", "--hwm", "10");
        var port = await full.PortAsync();
        await using var busy = Started.Lab("pipeline", "client", "--port", $"{port}", "--no-sink", "--work", "fixed:600", "--hwm", "1");
        await Wait.UntilAsync(() => full.Error.Contains("all workers' queues are full", StringComparison.Ordinal));
        await EndsSoonAsync(busy, 0);
        await EndsSoonAsync(full, 0);

        await using var waits = Started.Lab("pubsub", "server", "--port", "0", "--sync", "1");
        await waits.LineAsync("READY ");
        await EndsSoonAsync(waits, 0);

        await using var binds = Started.Lab("reqrep", "client", "--bind", "tcp://127.0.0.1:0", "--timeout", "60", "hi");
        await Wait.UntilAsync(() => binds.Error.Contains("REQ socket", StringComparison.Ordinal));
        await EndsSoonAsync(binds, 130);

        await using var sink = Started.Lab("pipeline", "sink", "--port", "0");
        await sink.LineAsync("READY ");
        await EndsSoonAsync(sink, 0);

        await using var broker = Started.Lab("reqrep", "broker", "--port", "0", "--back", "tcp://127.0.0.1:*");
        await using var asks = Started.Lab("reqrep", "client", "--port", (await broker.LineAsync("READY ")).Split(' ')[2].Split(':')[1], "--timeout", "60", "hi");
        await Wait.UntilAsync(() => broker.Error.Contains("nobody at the other side", StringComparison.Ordinal));
        await EndsSoonAsync(broker, 0);
        await EndsSoonAsync(asks, 130);
    }

    [Fact]
    public async Task Redirected_output_has_no_escape_codes()
    {
        await using var server = Started.Run(Path.Combine(AppContext.BaseDirectory, "socketlab"), ["reqrep", "server", "--port", "0", "--count", "1"], new() { ["NO_COLOR"] = "1" });
        await using var client = Started.Lab("reqrep", "client", "--port", $"{await server.PortAsync()}", "hi");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal(0, await server.ExitAsync());
        Assert.DoesNotContain('\e', server.Output + server.Error + client.Output + client.Error);
        Assert.Contains("recv", server.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_one_line_and_a_hint_in_every_pattern()
    {
        var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        foreach (var role in (string[][])[["reqrep", "server"], ["pubsub", "server"], ["pipeline", "server"], ["pipeline", "sink"]])
        {
            await using var server = Started.Lab([.. role, "--port", $"{((IPEndPoint)taken.LocalEndpoint).Port}", "-q"]);
            Assert.Equal(2, await server.ExitAsync());
            Assert.Matches(@"^error: bind tcp://[^\n]+: address already in use\nhint: [^\n]*--port[^\n]*\n$", server.Error);
        }
        taken.Stop();
    }

    [Fact]
    public async Task Inproc_is_refused_with_the_reason_for_a_role_that_is_alone_in_its_process()
    {
        foreach (var options in (string[][])[["--transport", "inproc"], ["--connect", "inproc://here"]])
        {
            await using var client = Started.Lab(["reqrep", "client", .. options, "hi", "-q"]);
            Assert.Equal(2, await client.ExitAsync());
            Assert.Matches(@"^error: reqrep: inproc lives inside one process[^\n]*\nhint: [^\n]*ipc[^\n]*\n$", client.Error);
        }
    }

    private static async Task ReqRepAsync(string[] server, Func<string, string[]> client)
    {
        await using var replier = Started.Lab(["reqrep", "server", "-q", "--count", "1", .. server]);
        await using var asker = Started.Lab(["reqrep", "client", "-q", .. client(await replier.LineAsync("READY ")), "hi"]);
        Assert.Equal(0, await asker.ExitAsync());
        Assert.Equal(0, await replier.ExitAsync());
        Assert.Equal("Echo: hi\n", asker.Output);
    }

    private static async Task PubSubAsync(string[] server, Func<string, string[]> client)
    {
        await using var publisher = Started.Lab(["pubsub", "server", "-q", "--sync", "1", "--count", "3", "--every", "0", .. server]);
        await using var subscriber = Started.Lab(["pubsub", "client", "-q", "--count", "6", .. client(await publisher.LineAsync("READY "))]);
        Assert.Equal(0, await subscriber.ExitAsync());
        Assert.Equal(0, await publisher.ExitAsync());
        Assert.Equal(6, subscriber.Output.TrimEnd().Split('\n').Length);
    }

    private static async Task EndsSoonAsync(Started role, int exit)
    {
        role.Interrupt();
        Assert.Equal(exit, await role.ExitAsync());
    }

    [Theory]
    [InlineData("reqrep", "broker")]
    [InlineData("pubsub", "proxy")]
    public async Task With_json_a_forwarder_too_says_where_it_can_be_reached(string pattern, string role)
    {
        await using var forwarder = Started.Lab(pattern, role, "--port", "0", role == "broker" ? "--back" : "--front", "0", "--json");
        await Wait.UntilAsync(() => Regex.Count(forwarder.Output, "\"ready\".*\n") == 2);
        Assert.All(forwarder.Output.Split('\n').Where(line => line.Contains("\"ready\"", StringComparison.Ordinal)),
            line => Assert.Matches("\"local\":\"tcp://127.0.0.1:\\d+\"", line));
    }

    private static async Task<int> JsonPortAsync(Started role)
    {
        await Wait.UntilAsync(() => Regex.IsMatch(role.Output, "\"ready\".*\n"));
        var ready = role.Output.Split('\n').First(line => line.Contains("\"ready\"", StringComparison.Ordinal));
        return int.Parse(Regex.Match(ready, @":(\d+)""").Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static string? Kind(string line)
    {
        using var parsed = JsonDocument.Parse(line);
        return parsed.RootElement.GetProperty("kind").GetString();
    }

    private static List<(long Us, long Count)> Drops(string output) => [.. output.Split('\n')[..^1].Where(line => line.Contains("\"drop\"", StringComparison.Ordinal)).Select(line =>
    {
        using var parsed = JsonDocument.Parse(line);
        return (parsed.RootElement.GetProperty("us").GetInt64(), parsed.RootElement.GetProperty("count").GetInt64());
    })];

    /// <summary>Names of Unix domain sockets, in a folder of their own.</summary>
    private sealed class Paths : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("socketlab-test-").FullName;

        public string this[string name] => Path.Combine(_folder, name);

        public string New(string name) => this[name];

        public void AssertGone() => Assert.Empty(Directory.GetFileSystemEntries(_folder));

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }
}
