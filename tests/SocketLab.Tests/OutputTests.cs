using System.Net.Sockets;
using SocketLab.Tests.Shared;
using SocketLab.Transport.Trace;

namespace SocketLab.Tests;

/// <summary>Standard output and trace files that fail, that nobody reads any more, and what a terminal gets.</summary>
public sealed class OutputTests
{
    private static readonly string Lab = Path.Combine(AppContext.BaseDirectory, "socketlab");

    [Fact]
    public async Task A_client_with_endless_input_ends_when_nobody_reads_what_it_writes()
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "-q");
        await using var client = Started.Run("/bin/sh", "-c", $"yes 2>/dev/null | {Lab} tcp-echo client -q --port {await server.PortAsync()} | head -n 1");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("y\n", client.Output);
        Assert.Equal("", client.Error);
    }

    [Fact]
    public async Task A_subscriber_ends_too_when_nobody_reads_what_it_writes()
    {
        await using var server = Started.Lab("pubsub", "server", "--port", "0", "-q", "--every", "0.01");
        await using var client = Started.Run("/bin/sh", "-c", $"{Lab} pubsub client -q --port {await server.PortAsync()} | head -n 1");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("", client.Error);
    }

    [Fact]
    public async Task A_journal_that_could_not_be_written_says_what_is_missing_and_leaves_the_exit_code_alone()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full");
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "-q");
        await using var client = Started.Run("/bin/sh", "-c", $"{Lab} tcp-echo client --json --port {await server.PortAsync()} hi > /dev/full");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Matches(@"^error: json: [^\n]+: \d+ events are missing\nhint: [^\n]+\n$", client.Error);
    }

    [Fact]
    public async Task Under_load_a_trace_leaves_nothing_out()
    {
        var folder = Directory.CreateTempSubdirectory("socketlab");
        try
        {
            var file = Path.Combine(folder.FullName, "load.jsonl");
            await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "--count", "1", "--buffer", "100", "--trace", file, "-q");
            using var client = new TcpClient("127.0.0.1", await server.PortAsync());
            const int Bytes = 1_000_000;
            var back = Task.Run(() => client.GetStream().ReadExactly(new byte[Bytes]));
            await client.GetStream().WriteAsync(new byte[Bytes]);
            await back.WaitAsync(Wait.Deadline);
            client.Close();
            Assert.Equal(0, await server.ExitAsync());
            Assert.Equal("", server.Error);
            using var lines = File.OpenText(file);
            var events = TraceJson.Read(lines).ToList();
            Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(e => e.Sequence));
            foreach (var kind in (TraceKind[])[TraceKind.Receive, TraceKind.Send])
            {
                Assert.Equal(Bytes, events.Where(e => e.Kind == kind).Aggregate(0L, (at, e) => e.Offset == at ? at + e.Payload.Length : -1));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_trace_never_takes_the_place_of_what_is_no_plain_file()
    {
        var folder = Directory.CreateTempSubdirectory("socketlab");
        try
        {
            var pipe = Path.Combine(folder.FullName, "pipe");
            await using var make = Started.Run(Peers.Need("mkfifo"), pipe);
            Assert.Equal(0, await make.ExitAsync());
            foreach (var path in (string[])[pipe, folder.FullName])
            {
                await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "--trace", path, "--force");
                Assert.Equal(2, await server.ExitAsync());
                Assert.StartsWith($"error: trace {path}: is no plain file\nhint: ", server.Error, StringComparison.Ordinal);
            }
            Assert.True(File.Exists(pipe));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("xterm", "", true)]
    [InlineData("xterm", "1", false)]
    [InlineData("dumb", "", false)]
    public async Task Colours_are_for_a_terminal_that_wants_them(string term, string noColor, bool coloured)
    {
        var script = Peers.Need("script");
        await using var client = Started.Run(script, ["-qec", $"{Lab} tcp-echo client --host ::1 --port 9 hi", "/dev/null"], new() { ["TERM"] = term, ["NO_COLOR"] = noColor });
        Assert.Equal(1, await client.ExitAsync());
        Assert.Equal(coloured, client.Output.Contains("\e[31merror:\e[0m", StringComparison.Ordinal));
        Assert.Contains("error:", client.Output, StringComparison.Ordinal);
        await using var redirected = Started.Run(Lab, ["tcp-echo", "client", "--host", "::1", "--port", "9", "hi"], new() { ["TERM"] = term, ["NO_COLOR"] = noColor });
        Assert.Equal(1, await redirected.ExitAsync());
        Assert.DoesNotContain('\e', redirected.Error);
    }

    [Fact]
    public async Task On_a_terminal_a_half_closed_stream_is_not_broken_into_lines_where_its_reads_were()
    {
        var script = Peers.Need("script");
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "-q");
        await using var client = Started.Run(script, ["-qec", $"{Lab} tcp-echo client -q --port {await server.PortAsync()} --half-close --buffer 4 'Hello There'", "/dev/null"],
            new() { ["TERM"] = "dumb" });
        Assert.Equal(0, await client.ExitAsync());
        Assert.EndsWith("Hello There\r\n", client.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("socketlab tc", "tcp-echo")]
    [InlineData("socketlab tcp-echo server --ba", "--backlog")]
    [InlineData("socketlab udp-echo cl", "client")]
    public async Task Completion_works_in_bash_as_README_switches_it_on(string line, string completed)
    {
        var bash = Peers.Need("bash");
        var readme = await File.ReadAllLinesAsync(Path.Combine(Samples.Root, "README.md"));
        var setUp = string.Join('\n', readme.Where(one => one.StartsWith("    _socketlab()", StringComparison.Ordinal) || one.StartsWith("    complete ", StringComparison.Ordinal)));
        await using var shell = Started.Run(bash, ["-c", $"""
            {setUp}
            COMP_LINE="{line}"; COMP_POINT={line.Length}; COMP_WORDS=({line}); COMP_CWORD={line.Split(' ').Length - 1}
            "$(complete -p socketlab | sed 's/.*-F \([^ ]*\).*/\1/')"
            printf '%s\n' {"\"${COMPREPLY[@]}\""}
            """], new() { ["PATH"] = $"{AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}" });
        Assert.Equal(0, await shell.ExitAsync());
        Assert.Contains(completed, shell.Output.Split('\n'));
    }
}
