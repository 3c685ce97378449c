using System.Text.RegularExpressions;
using SocketLab.Tests.Shared;

namespace SocketLab.Tests;

/// <summary>What the course wants to be seen of each pattern is not only so, but said.</summary>
public sealed partial class PatternLessonTests
{
    [Fact]
    public async Task Two_servers_are_asked_in_turn()
    {
        await using var ann = Started.Lab("reqrep", "server", "--port", "0", "--reply", "ann", "-q");
        await using var bob = Started.Lab("reqrep", "server", "--port", "0", "--reply", "bob", "-q");
        await using var client = Started.Lab("reqrep", "client", "--connect", $"{await ann.PortAsync()}", "--connect", $"{await bob.PortAsync()}", "--count", "10", "--timeout", "60", "-q", "who?");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal(["ann", "ann", "ann", "ann", "ann", "bob", "bob", "bob", "bob", "bob"], client.Output.TrimEnd().Split('\n').Order());
    }

    [Fact]
    public async Task The_ventilator_tells_what_it_handed_to_each_worker()
    {
        await using var server = Started.Lab("pipeline", "server", "--port", "0", "--count", "10", "--every", "0", "--wait", "2");
        var port = await server.PortAsync();
        await using var ann = Started.Lab("pipeline", "client", "--port", $"{port}", "--no-sink", "--work", "0", "-q");
        await using var bob = Started.Lab("pipeline", "client", "--port", $"{port}", "--no-sink", "--work", "0", "-q");
        Assert.Equal(0, await server.ExitAsync());
        Assert.Equal(2, Share().Count(server.Error));
        Assert.DoesNotContain("one worker got everything", server.Error, StringComparison.Ordinal);
        Assert.Equal(0, await ann.ExitAsync());
        Assert.Equal(0, await bob.ExitAsync());
    }

    [Fact]
    public async Task That_the_first_worker_gets_everything_is_said_at_the_ventilator_and_at_the_sink()
    {
        await using var sink = Started.Lab("pipeline", "sink", "--port", "0");
        var results = await sink.PortAsync();
        await using var server = Started.Lab("pipeline", "server", "--port", "0", "--stdin");
        var port = await server.PortAsync();
        await using var early = Started.Lab("pipeline", "client", "--port", $"{port}", "--sink", $"{results}", "--work", "0", "--name", "early", "-q");
        await sink.HandshakesAsync(1);
        // It is connected to the sink, and not to the ventilator before all is over.
        await using var late = Started.Lab("pipeline", "client", "--connect", $"ipc:///tmp/socketlab-none-{Guid.NewGuid():N}", "--sink", $"{results}", "--work", "0", "--name", "late", "-q");
        await sink.HandshakesAsync(2);
        await server.WriteAsync("a\nb\nc\n");
        server.EndInput();
        Assert.Equal(0, await server.ExitAsync());
        Assert.Equal(0, await sink.ExitAsync());
        Assert.Contains("3 of 3 tasks (100 %)", server.Error, StringComparison.Ordinal);
        Assert.Contains("one worker got everything", server.Error, StringComparison.Ordinal);
        Assert.Contains("early: 3 of 3 tasks (100 %)", sink.Error, StringComparison.Ordinal);
        Assert.Contains("1 more worker came and brought nothing", sink.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_seed_makes_the_same_work()
    {
        async Task<string> RunAsync(string seed)
        {
            await using var server = Started.Lab("pipeline", "server", "--port", "0", "--count", "5", "--every", "0", "-q");
            await using var worker = Started.Lab("pipeline", "client", "--port", $"{await server.PortAsync()}", "--no-sink", "--work", "normal:0.02,0.01", "--seed", seed, "-q");
            Assert.Equal(0, await worker.ExitAsync());
            return string.Join(' ', Worked().Matches(worker.Output).Select(match => match.Value));
        }
        var seven = await RunAsync("7");
        Assert.Equal(5, seven.Split(" s").Length - 1);
        Assert.Equal(seven, await RunAsync("7"));
        Assert.NotEqual(seven, await RunAsync("8"));
    }

    [Fact]
    public async Task What_is_published_to_nobody_is_said_and_counted()
    {
        await using var server = Started.Lab("pubsub", "server", "--port", "0", "--count", "3", "--every", "0");
        Assert.Equal(0, await server.ExitAsync());
        Assert.Single(server.Error.Split('\n'), line => line.Contains("nobody has subscribed: what is published now goes to nobody", StringComparison.Ordinal));
        Assert.Contains("published 6 messages; 6 while nobody had subscribed", server.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_publisher_that_pauses_is_not_said_to_publish_something_else()
    {
        await using var server = Started.Lab("pubsub", "server", "--port", "0", "--sync", "1", "--count", "2", "--every", "3.5", "-q");
        await using var client = Started.Lab("pubsub", "client", "--port", $"{await server.PortAsync()}", "--topic", "1", "--count", "2");
        Assert.Equal(0, await client.ExitAsync());
        Assert.DoesNotContain("nothing published", client.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("missed", client.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subscriber_that_was_there_first_is_told_both_that_nobody_publishes_and_then_that_nothing_matches()
    {
        var path = Path.Combine(Path.GetTempPath(), $"socketlab-test-{Guid.NewGuid():N}.ipc");
        await using var client = Started.Lab("pubsub", "client", "--connect", $"ipc://{path}", "--topic", "3");
        await Wait.UntilAsync(() => client.Error.Contains("no publisher is connected yet", StringComparison.Ordinal));
        await using var server = Started.Lab("pubsub", "server", "--bind", $"ipc://{path}", "--every", "0.1", "-q");
        await Wait.UntilAsync(() => client.Error.Contains("nothing published begins with \"3\"", StringComparison.Ordinal));
        server.Terminate();
        Assert.Equal(0, await server.ExitAsync());
    }

    [GeneratedRegex(@"#[12] tcp://127\.0\.0\.1:\d+: 5 of 10 tasks \(50 %\)")]
    private static partial Regex Share();

    [GeneratedRegex(@"worked \S+ s")]
    private static partial Regex Worked();
}
