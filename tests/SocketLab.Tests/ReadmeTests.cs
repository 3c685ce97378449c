using System.Text.RegularExpressions;
using SocketLab.Tests.Shared;

namespace SocketLab.Tests;

/// <summary>README says what is so.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Samples.Root, "README.md"));

    [Fact]
    public void Every_file_that_it_points_to_exists()
    {
        var paths = Paths().Matches(Text).Select(match => match.Groups[1].Value).ToList();
        Assert.True(paths.Count > 10);
        Assert.All(paths, path => Assert.True(File.Exists(Path.Combine(Samples.Root, path)), path));
    }

    [Fact]
    public async Task The_first_transcript_is_what_the_two_terminals_show()
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0");
        var port = await server.PortAsync();
        await using var client = Started.Lab("tcp-echo", "client", "--port", $"{port}", "--buffer", "5", "Hello There");
        Assert.Equal(0, await client.ExitAsync());
        await Wait.UntilAsync(() => server.Error.TrimEnd().EndsWith("close      #1", StringComparison.Ordinal));
        Assert.Equal(Transcript("tcp-echo server", "READY"), Plain(server.Error));
        Assert.Equal(Transcript("tcp-echo client --buffer 5", "Hello There"), Plain(client.Error));
    }

    [Fact]
    public async Task A_datagram_is_cut_as_it_shows()
    {
        await using var server = Started.Lab("udp-echo", "server", "--port", "0", "--buffer", "5", "--count", "1");
        await using var client = Started.Lab("udp-echo", "client", "--port", $"{await server.PortAsync()}", "Hello There");
        await ShowsAsync("udp-echo client", client);
        await ShowsAsync("udp-echo server", server);
    }

    [Fact]
    public async Task Request_and_reply_are_as_it_shows()
    {
        await using var server = Started.Lab("reqrep", "server", "--port", "0", "--count", "1");
        await using var client = Started.Lab("reqrep", "client", "--port", $"{await server.PortAsync()}", "Hello There");
        await ShowsAsync("reqrep client", client);
        await ShowsAsync("reqrep server", server);
    }

    [Fact]
    public async Task Publisher_and_subscriber_are_as_it_shows()
    {
        await using var server = Started.Lab("pubsub", "server", "--port", "0", "--sync", "1", "--count", "2");
        await using var client = Started.Lab("pubsub", "client", "--port", $"{await server.PortAsync()}", "--topic", "1", "--count", "2");
        await ShowsAsync("pubsub client", client);
        await ShowsAsync("pubsub server", server);
    }

    [Fact]
    public async Task Ventilator_workers_and_sink_are_as_it_shows()
    {
        await using var sink = Started.Lab("pipeline", "sink", "--port", "0");
        var results = await sink.PortAsync();
        await using var server = Started.Lab("pipeline", "server", "--port", "0", "--count", "4", "--every", "0", "--wait", "2");
        var tasks = await server.PortAsync();
        await using var ann = Started.Lab("pipeline", "client", "--port", $"{tasks}", "--sink", $"{results}", "--work", "fixed:0.2", "--name", "ann");
        await using var bob = Started.Lab("pipeline", "client", "--port", $"{tasks}", "--sink", $"{results}", "--work", "fixed:0.2", "--name", "bob");
        await ShowsAsync("pipeline sink", sink);
        await ShowsAsync("pipeline server", server);
        await ShowsAsync("--name ann", ann);
        Assert.Equal(0, await bob.ExitAsync());
    }

    /// <summary>It shows a command's two streams together, as a terminal does; which of two lines comes first may differ from run to run.</summary>
    private static async Task ShowsAsync(string command, Started role)
    {
        Assert.Equal(0, await role.ExitAsync());
        Assert.Equal(Steady(Below(command)), Steady(role.Error + "\n" + role.Output));
    }

    /// <summary>Lines in a fixed order, without what depends on who was faster: numbers, and how the other side was seen to leave.</summary>
    private static List<string> Steady(string shown) => [.. Plain(shown)
        .Where(line => !line.StartsWith("retry ", StringComparison.Ordinal) && !line.StartsWith("disconnect ", StringComparison.Ordinal))
        .Select(line => Numbers().Replace(line, "N")).Order(StringComparer.Ordinal)];

    /// <summary>The narration below a command, without what is on standard output.</summary>
    private static List<string> Transcript(string command, string output) =>
        Plain(string.Join('\n', Below(command).Split('\n').Where(line => !line.StartsWith(output, StringComparison.Ordinal))));

    /// <summary>What a command shows: the lines below it, until an empty one.</summary>
    private static string Below(string command) => string.Join('\n',
        Text.Split('\n').SkipWhile(line => !(line.StartsWith("    $ ", StringComparison.Ordinal) && line.Contains(command, StringComparison.Ordinal))).Skip(1)
            .TakeWhile(line => line.StartsWith("    ", StringComparison.Ordinal) && !line.StartsWith("    $ ", StringComparison.Ordinal)).Select(line => line[4..]));

    /// <summary>Lines without times and without ports that differ from run to run; how a stream is cut into reads may differ too.</summary>
    private static List<string> Plain(string narration) => [.. narration.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => Ports().Replace(Times().Replace(line, ""), ":PORT").TrimEnd())];

    [GeneratedRegex(@"`((?:src|samples|tests)/[^`\s]+\.(?:cs|md|sh|py))")]
    private static partial Regex Paths();

    [GeneratedRegex(@"^ *\d+\.\d{3}  ")]
    private static partial Regex Times();

    [GeneratedRegex(@":\d{4,5}\b")]
    private static partial Regex Ports();

    [GeneratedRegex(@"(?<=#)\d|\d\d:\d\d:\d\d\.\d{3}|\d(?= - )|\d+\.\d+(?= s|""| times)")]
    private static partial Regex Numbers();
}
