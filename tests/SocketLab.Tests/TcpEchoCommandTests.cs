using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketLab.Tests.Shared;
using SocketLab.Transport.Trace;

namespace SocketLab.Tests;

/// <summary>The program as started from a shell: standard output, standard error, exit codes, signals.</summary>
public sealed class TcpEchoCommandTests
{
    [Fact]
    public async Task The_two_terminals_of_the_course_work()
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0");
        var port = await server.PortAsync();
        await using var client = Started.Lab("tcp-echo", "client", "--port", $"{port}", "Hello There");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("Hello There", client.Output);
        Assert.Contains("11 bytes", client.Error, StringComparison.Ordinal);
        server.Interrupt();
        Assert.Equal(0, await server.ExitAsync());
        Assert.Contains("served 1 connection, 11 B in, 11 B out", server.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standard_input_comes_back_on_standard_output_unchanged()
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "--quiet");
        var port = await server.PortAsync();
        foreach (var more in (string[][])[[], ["--half-close"], ["--chunk", "3"], ["--buffer", "2"], ["--framing", "line"], ["--framing", "length"]])
        {
            await using var client = Started.Lab(["tcp-echo", "client", "--port", $"{port}", "-q", .. more]);
            await client.WriteAsync("one\ntwo\n\nfour\n");
            client.EndInput();
            Assert.Equal(0, await client.ExitAsync());
            Assert.Equal("one\ntwo\n\nfour\n", client.Output);
            Assert.Equal("", client.Error);
        }
    }

    [Theory]
    [InlineData("@hello")]
    [InlineData("--", "-x", "--quiet")]
    public async Task A_message_may_begin_with_at_or_hyphen(params string[] words)
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "-q");
        var port = await server.PortAsync();
        await using var client = Started.Lab(["tcp-echo", "client", "--port", $"{port}", .. words]);
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal(string.Join(' ', words.Where(word => word != "--")), client.Output);
    }

    [Fact]
    public async Task Without_a_server_it_says_so_in_one_line_with_a_hint_and_exits_1()
    {
        await using var client = Started.Lab("tcp-echo", "client", "--port", $"{FreePort()}", "-q", "hi");
        Assert.Equal(1, await client.ExitAsync());
        Assert.Equal("", client.Output);
        Assert.Matches(@"^error: connect 127\.0\.0\.1:\d+: connection refused[^\n]*\nhint: start the server first[^\n]*\n$", client.Error);
    }

    [Theory]
    [InlineData("tcp-echo", "server", "--port", "70000")]
    [InlineData("tcp-echo", "server", "--bogus")]
    [InlineData("tcp-echo", "client", "--bogus", "hi")]
    [InlineData("tcp-echo", "server", "--bind", "no.such.host.invalid")]
    [InlineData("tcp-echo", "server", "--bind", "192.0.2.1")]
    [InlineData("tcp-echo")]
    [InlineData("nonsense")]
    public async Task What_cannot_run_exits_2_with_one_line_and_a_hint(params string[] arguments)
    {
        await using var lab = Started.Lab(arguments);
        Assert.Equal(2, await lab.ExitAsync());
        Assert.Equal("", lab.Output);
        Assert.Matches(@"(?m)^error: [^\n]+\nhint: [^\n]+\n\z", lab.Error);
        Assert.DoesNotContain("   at ", lab.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_exits_2()
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "-q");
        var port = await server.PortAsync();
        await using var second = Started.Lab("tcp-echo", "server", "--port", $"{port}", "-q");
        Assert.Equal(2, await second.ExitAsync());
        Assert.StartsWith($"error: bind 127.0.0.1:{port}: address already in use\nhint: ", second.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(15)]
    public async Task A_stopped_server_exits_0_after_a_summary_even_with_clients_connected(int signal)
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0");
        var port = await server.PortAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await client.GetStream().WriteAsync("x"u8.ToArray());
        Assert.Equal('x', client.GetStream().ReadByte());
        server.Signal(signal);
        Assert.Equal(0, await server.ExitAsync());
        Assert.Contains("served 1 connection", server.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_client_exits_130()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        await using var client = Started.Lab("tcp-echo", "client", "--port", $"{((IPEndPoint)mute.LocalEndpoint).Port}", "--timeout", "600", "hi");
        await Wait.UntilAsync(() => client.Error.Contains("send", StringComparison.Ordinal));
        client.Interrupt();
        Assert.Equal(130, await client.ExitAsync());
    }

    [Fact]
    public async Task A_client_that_waits_for_a_line_can_be_interrupted()
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "-q");
        var port = await server.PortAsync();
        await using var client = Started.Lab("tcp-echo", "client", "--port", $"{port}");
        await Wait.UntilAsync(() => client.Error.Contains("connect", StringComparison.Ordinal));
        client.Interrupt();
        Assert.Equal(130, await client.ExitAsync());
    }

    [Fact]
    public async Task A_mute_server_is_a_failure_after_the_timeout()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        await using var client = Started.Lab("tcp-echo", "client", "--port", $"{((IPEndPoint)mute.LocalEndpoint).Port}", "--timeout", "0.2", "-q", "hi");
        Assert.Equal(1, await client.ExitAsync());
        Assert.Contains("no answer within 0.2 s", client.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_on_standard_output_is_the_journal_and_nothing_else()
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "--count", "1", "--json");
        await Wait.UntilAsync(() => server.Output.Contains("\"ready\"", StringComparison.Ordinal));
        var ready = TraceJson.Read(new StringReader(server.Output)).Single(e => e.Kind == TraceKind.Ready);
        var port = IPEndPoint.Parse(ready.Local!).Port;
        await using var client = Started.Lab("tcp-echo", "client", "--port", $"{port}", "--json", "--buffer", "5", "Hello There");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal(0, await server.ExitAsync());
        Assert.Equal("", server.Error + client.Error);
        var seen = TraceJson.Read(new StringReader(client.Output)).ToList();
        Assert.Equal([0, 5, 10], seen.Where(e => e.Kind == TraceKind.Receive).Select(e => e.Offset));
        var atServer = TraceJson.Read(new StringReader(server.Output)).ToList();
        var sent = seen.Single(e => e.Kind == TraceKind.Send);
        var received = atServer.Single(e => e.Kind == TraceKind.Receive);
        Assert.Equal((sent.Local, sent.Peer, sent.Offset), (received.Peer, received.Local, received.Offset));
    }

    [Fact]
    public async Task A_trace_file_is_new_complete_and_never_overwritten_unasked()
    {
        var folder = Directory.CreateTempSubdirectory("socketlab");
        try
        {
            var file = Path.Combine(folder.FullName, "a.jsonl");
            for (var run = 0; run < 3; run++)
            {
                await using var server = Started.Lab(["tcp-echo", "server", "--port", "0", "--trace", file, .. run == 2 ? ["--force"] : Array.Empty<string>()]);
                if (run == 1)
                {
                    Assert.Equal(2, await server.ExitAsync());
                    Assert.Contains("exists already", server.Error, StringComparison.Ordinal);
                    continue;
                }
                await server.PortAsync();
                server.Terminate();
                Assert.Equal(0, await server.ExitAsync());
                using var reader = File.OpenText(file);
                Assert.Contains(TraceJson.Read(reader), e => e.Kind == TraceKind.Ready);
            }
            var link = Path.Combine(folder.FullName, "link.jsonl");
            File.CreateSymbolicLink(link, Path.Combine(folder.FullName, "elsewhere"));
            await using var linked = Started.Lab("tcp-echo", "server", "--port", "0", "--trace", link, "--force");
            Assert.Equal(2, await linked.ExitAsync());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Under_a_flood_the_narration_counts_instead_of_scrolling()
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0");
        var port = await server.PortAsync();
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        for (var i = 0; i < 5_000; i++)
        {
            stream.WriteByte(1);
            stream.ReadByte();
        }
        await Wait.UntilAsync(() => server.Error.Contains("more reads", StringComparison.Ordinal));
        server.Terminate();
        Assert.Equal(0, await server.ExitAsync());
        Assert.InRange(server.Error.Count(c => c == '\n'), 10, 1_500);
    }

    [Fact]
    public async Task Payload_bytes_never_reach_a_terminal_raw()
    {
        var script = Peers.Need("script");
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "-q");
        var port = await server.PortAsync();
        var lab = Path.Combine(AppContext.BaseDirectory, "socketlab");
        await using var client = Started.Run(script, ["-qec", $"{lab} tcp-echo client --port {port} \"$(printf 'a\\033[31mb\\007c\\342\\200\\256d')\"", "/dev/null"],
            new() { ["TERM"] = "xterm", ["NO_COLOR"] = "1" });
        Assert.Equal(0, await client.ExitAsync());
        Assert.Contains(@"a\x1B[31mb\x07c\u202Ed", client.Output, StringComparison.Ordinal);
        // .NET itself puts the terminal into application mode; nothing else may begin with an escape.
        var rest = client.Output.Replace("\e[?1h\e=", "", StringComparison.Ordinal).Replace("\e[?1l\e>", "", StringComparison.Ordinal);
        Assert.DoesNotContain('\e', rest);
        Assert.DoesNotContain('\a', rest);
        Assert.DoesNotContain('\u202E', rest);
    }

    [Theory]
    [InlineData("ncat", "127.0.0.1", "{0}")]
    [InlineData("socat", "-", "TCP:127.0.0.1:{0}")]
    public async Task Stock_tools_are_served(string tool, params string[] arguments)
    {
        var program = Peers.Need(tool);
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "-q");
        var port = await server.PortAsync();
        await using var client = Started.Run(program, [.. arguments.Select(one => string.Format(CultureInfo.InvariantCulture, one, port))]);
        await client.WriteAsync("from a stock tool\n");
        await client.LineAsync("from a stock tool");
    }

    [Fact]
    public async Task Pythons_socket_module_is_served_and_serves()
    {
        Peers.NeedPython();
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "-q");
        var port = await server.PortAsync();
        await using var client = Started.Run(Peers.Python, "-c", $"""
            import socket
            s = socket.create_connection(("127.0.0.1", {port}))
            s.sendall(b"Hello There")
            print(s.recv(1024).decode())
            """);
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("Hello There\n", client.Output);

        await using var python = Started.Run(Peers.Python, "-c", """
            import socket
            s = socket.socket()
            s.bind(("127.0.0.1", 0))
            s.listen()
            print("READY", "127.0.0.1:%d" % s.getsockname()[1], flush=True)
            c, a = s.accept()
            while data := c.recv(4):
                c.sendall(data)
            """);
        var there = await python.PortAsync();
        await using var ours = Started.Lab("tcp-echo", "client", "--port", $"{there}", "-q", "Hello Python");
        Assert.Equal(0, await ours.ExitAsync());
        Assert.Equal("Hello Python", ours.Output);
    }

    [Fact]
    public async Task Standard_output_closed_early_is_no_crash()
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "-q");
        var port = await server.PortAsync();
        var lab = Path.Combine(AppContext.BaseDirectory, "socketlab");
        await using var client = Started.Run("/bin/sh", "-c", $"seq 2000 | {lab} tcp-echo client -q --port {port} | head -n 1");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("1\n", client.Output);
        Assert.Equal("", client.Error);
    }

    [Theory]
    [InlineData("--quiet")]
    [InlineData("--hex")] // narrating: the plain loop
    public async Task Out_of_file_descriptors_it_pauses_accepting_and_then_goes_on(string how)
    {
        var lab = Path.Combine(AppContext.BaseDirectory, "socketlab");
        await using var server = Started.Run("/bin/sh", "-c", $"ulimit -n 160; exec {lab} tcp-echo server --port 0 --backlog 512 {how}");
        var port = await server.PortAsync();
        var clients = new List<TcpClient>();
        for (var i = 0; i < 200; i++)
        {
            var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(IPAddress.Loopback, port);
            await client.GetStream().WriteAsync("x"u8.ToArray());
            clients.Add(client);
        }
        // Served while nobody else can be let in.
        if (how != "--quiet")
        {
            await Wait.UntilAsync(() => server.Error.Contains("out of file descriptors", StringComparison.Ordinal));
        }
        await EchoedAsync(clients[0]);
        await EchoedAsync(clients[40]);
        clients[..170].ForEach(client => client.Dispose());
        foreach (var late in clients[170..])
        {
            await EchoedAsync(late);
        }
        clients.ForEach(client => client.Dispose());
        server.Terminate();
        Assert.Equal(0, await server.ExitAsync());
    }

    private static async Task EchoedAsync(TcpClient client)
    {
        var back = new byte[1];
        await client.GetStream().ReadExactlyAsync(back).AsTask().WaitAsync(Wait.Deadline);
        Assert.Equal("x"u8.ToArray(), back);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
