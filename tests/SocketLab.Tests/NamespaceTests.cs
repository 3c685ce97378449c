using System.Globalization;
using System.Text.RegularExpressions;
using SocketLab.Tests.Shared;

namespace SocketLab.Tests;

/// <summary>Two hosts and a cable between them that is cut and healed while programs talk over it.</summary>
public sealed partial class NamespaceTests
{
    [Fact]
    public async Task A_request_asked_while_the_link_is_cut_is_answered_once_when_it_heals()
    {
        await using var hosts = await TwoHosts.MakeAsync();
        await using var server = hosts.OnServer("reqrep", "server", "--bind", $"{TwoHosts.ServerAddress}:0", "-q");
        var port = await server.PortAsync();
        await using var client = hosts.OnClient("reqrep", "client", "--connect", $"{TwoHosts.ServerAddress}:{port}", "--timeout", "1", "--retries", "100");
        await client.WriteAsync("before\n");
        await client.LineAsync("Echo: before");
        hosts.Cut();
        await client.WriteAsync("during\n");
        await Wait.UntilAsync(() => client.Error.Contains("asking again with a new socket", StringComparison.Ordinal));
        Assert.DoesNotContain("during", client.Output, StringComparison.Ordinal);
        hosts.Heal();
        await client.LineAsync("Echo: during");
        client.EndInput();
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("Echo: before\nEcho: during\n", client.Output);
    }

    [Fact]
    public async Task A_subscriber_hears_on_after_the_link_healed_and_nothing_twice_and_counts_what_it_missed()
    {
        await using var hosts = await TwoHosts.MakeAsync();
        await using var server = hosts.OnServer("pubsub", "server", "--bind", $"{TwoHosts.ServerAddress}:0", "-q", "--every", "0.02");
        var port = await server.PortAsync();
        await using var client = hosts.OnClient("pubsub", "client", "--connect", $"{TwoHosts.ServerAddress}:{port}", "--topic", "1");
        await Wait.UntilAsync(() => Ids(client.Output).Count > 10);
        await hosts.CutUnderServerAsync();
        var atTheCut = Ids(client.Output)[^1];
        hosts.Heal();
        await Wait.UntilAsync(() => Ids(client.Output)[^1] > atTheCut + 10);
        client.Interrupt();
        Assert.Equal(0, await client.ExitAsync());
        var ids = Ids(client.Output);
        Assert.Equal(ids.Distinct().Order(), ids);
        var missed = ids[^1] - ids[0] + 1 - ids.Count;
        Assert.Equal(missed > 0, client.Error.Contains($"; {missed.ToString("N0", CultureInfo.InvariantCulture)} missed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_batch_comes_through_a_link_that_is_cut_and_healed_each_task_once_and_all_ends_by_itself()
    {
        await using var hosts = await TwoHosts.MakeAsync();
        await using var sink = hosts.OnServer("pipeline", "sink", "--bind", $"{TwoHosts.ServerAddress}:0", "--linger", "60");
        var sinkPort = await sink.PortAsync();
        await using var server = hosts.OnServer("pipeline", "server", "--bind", $"{TwoHosts.ServerAddress}:0", "-q", "--count", "200", "--every", "0.01", "--wait", "1", "--linger", "60");
        var port = await server.PortAsync();
        await using var worker = hosts.OnClient("pipeline", "client", "--connect", $"{TwoHosts.ServerAddress}:{port}", "--sink", $"{TwoHosts.ServerAddress}:{sinkPort}",
            "--work", "0", "--name", "ann", "-q", "--linger", "60");
        await worker.LineAsync("20 - ");
        await hosts.CutUnderServerAsync();
        hosts.Heal();
        Assert.Equal(0, await server.ExitAsync());
        Assert.Equal(0, await worker.ExitAsync());
        Assert.Equal(0, await sink.ExitAsync());
        Assert.Equal(Enumerable.Range(1, 200), sink.Output.TrimEnd().Split('\n').Where(line => line.StartsWith("ann: ", StringComparison.Ordinal)).Select(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Tcp_delivers_what_was_sent_into_a_cut_link_when_it_heals()
    {
        await using var hosts = await TwoHosts.MakeAsync();
        await using var server = hosts.OnServer("tcp-echo", "server", "--bind", TwoHosts.ServerAddress, "--port", "0", "-q");
        var port = await server.PortAsync();
        await using var client = hosts.OnClient("tcp-echo", "client", "--timeout", "60", "--host", TwoHosts.ServerAddress, "--port", $"{port}", "-q");
        await client.WriteAsync("before\n");
        await client.LineAsync("before");
        hosts.Cut();
        await client.WriteAsync("during\n");
        await hosts.ClientRetransmitsAsync();
        Assert.Equal("before\n", client.Output);
        hosts.Heal();
        await client.LineAsync("during");
        client.EndInput();
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("before\nduring\n", client.Output);
    }

    private static List<int> Ids(string output) =>
        [.. Id().Matches(output).Select(id => int.Parse(id.Groups[1].Value, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"#(\d+) >>")]
    private static partial Regex Id();
}
