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

    /// <summary>The narration below a command, without what is on standard output.</summary>
    private static List<string> Transcript(string command, string output) => Plain(string.Join('\n',
        Text.Split('\n').SkipWhile(line => !(line.StartsWith("    $ ", StringComparison.Ordinal) && line.Contains(command, StringComparison.Ordinal))).Skip(1)
            .TakeWhile(line => line.Length > 0).Where(line => !line.StartsWith("    " + output, StringComparison.Ordinal))));

    /// <summary>Lines without times and without ports that differ from run to run; how a stream is cut into reads may differ too.</summary>
    private static List<string> Plain(string narration) => [.. narration.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => Ports().Replace(Times().Replace(line, ""), ":PORT").TrimEnd())];

    [GeneratedRegex(@"`((?:src|samples|tests)/[^`\s]+\.(?:cs|md|sh|py))")]
    private static partial Regex Paths();

    [GeneratedRegex(@"^ *\d+\.\d{3}  ")]
    private static partial Regex Times();

    [GeneratedRegex(@":\d{4,5}\b")]
    private static partial Regex Ports();
}
