using System.Globalization;
using SocketLab.Tests.Shared;

namespace SocketLab.Tests;

/// <summary>Programs killed without a word while messages flow, and started again on the same port.</summary>
public sealed class KilledPeerTests
{
    private const int Kill = 9;

    [Fact]
    public async Task A_replier_killed_under_load_and_restarted_costs_no_request_and_doubles_no_reply()
    {
        await using var first = Started.Lab("reqrep", "server", "--port", "0", "-q");
        var port = await first.PortAsync();
        await using var client = Started.Lab("reqrep", "client", "--port", $"{port}", "-q", "--timeout", "1", "--retries", "100");
        await client.WriteAsync(string.Concat(Enumerable.Range(1, 3000).Select(i => $"{i}\n")));
        client.EndInput();
        await client.LineAsync("Echo: 100");
        first.Signal(Kill);
        await first.ExitAsync();
        await using var second = Started.Lab("reqrep", "server", "--port", $"{port}", "-q");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal(Enumerable.Range(1, 3000).Select(i => $"Echo: {i}"), client.Output.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_subscriber_goes_over_to_the_restarted_publisher_and_a_killed_subscriber_harms_no_other()
    {
        await using var first = Started.Lab("pubsub", "server", "--port", "0", "-q", "--every", "0.01", "--topics", "first");
        var port = await first.PortAsync();
        await using var doomed = Started.Lab("pubsub", "client", "--port", $"{port}", "-q");
        await using var stays = Started.Lab("pubsub", "client", "--port", $"{port}", "-q");
        await doomed.LineAsync("first");
        await stays.LineAsync("first");
        doomed.Signal(Kill);
        await doomed.ExitAsync();
        var before = stays.Output.Length;
        await Wait.UntilAsync(() => stays.Output.Length > before + 200);
        first.Signal(Kill);
        await first.ExitAsync();
        await using var second = Started.Lab("pubsub", "server", "--port", $"{port}", "-q", "--every", "0.01", "--topics", "second");
        await stays.LineAsync("second");
        stays.Interrupt();
        Assert.Equal(0, await stays.ExitAsync());
        var lines = stays.Output.TrimEnd().Split('\n');
        Assert.Equal(lines.Distinct(), lines);
    }

    [Fact]
    public async Task A_killed_worker_takes_its_tasks_with_it_and_the_sink_counts_them_and_all_ends()
    {
        await using var sink = Started.Lab("pipeline", "sink", "--port", "0", "--timeout", "2");
        var sinkPort = await sink.PortAsync();
        await using var server = Started.Lab("pipeline", "server", "--port", "0", "-q", "--count", "100", "--every", "0", "--wait", "2");
        var port = await server.PortAsync();
        await using var good = Started.Lab("pipeline", "client", "--port", $"{port}", "--sink", $"{sinkPort}", "--work", "0", "--name", "good", "-q");
        await using var doomed = Started.Lab("pipeline", "client", "--port", $"{port}", "--sink", $"{sinkPort}", "--work", "fixed:600", "--name", "doomed");
        // Half of the tasks stand in the queue of one who is never done with the first.
        Assert.Equal(0, await server.ExitAsync());
        Assert.Equal(0, await good.ExitAsync());
        doomed.Signal(Kill);
        await doomed.ExitAsync();
        Assert.Equal(1, await sink.ExitAsync());
        var ids = sink.Output.TrimEnd().Split('\n').Where(line => line.StartsWith("good:", StringComparison.Ordinal))
            .Select(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.Contains("missing and no worker is connected: giving up in 2 s", sink.Error, StringComparison.Ordinal);
        Assert.Contains($"sink: {ids.Count} of 100 results came", sink.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_python_worker_leaves_the_others_to_end_and_its_lost_tasks_to_be_counted()
    {
        Peers.NeedPyzmq();
        await using var sink = Started.Lab("pipeline", "sink", "--port", "0", "--timeout", "2");
        var sinkPort = await sink.PortAsync();
        await using var server = Started.Lab("pipeline", "server", "--port", "0", "-q", "--count", "20", "--every", "0", "--wait", "2");
        var port = await server.PortAsync();
        await using var ours = Started.Lab("pipeline", "client", "--port", $"{port}", "--sink", $"{sinkPort}", "--work", "0", "--name", "ours", "-q");
        await using var python = Started.Run(Peers.Python, "-c", $"""
            import time, zmq
            tasks = zmq.Context().socket(zmq.PULL)
            tasks.connect("tcp://127.0.0.1:{port}")
            print("got", tasks.recv(), flush=True)
            time.sleep(600)
            """);
        await python.LineAsync("got");
        Assert.Equal(0, await server.ExitAsync());
        Assert.Equal(0, await ours.ExitAsync());
        python.Signal(Kill);
        Assert.Equal(1, await sink.ExitAsync());
        Assert.Equal(10, sink.Output.TrimEnd().Split('\n').Count(line => line.StartsWith("ours:", StringComparison.Ordinal)));
        Assert.Contains("sink: 10 of 20 results came", sink.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_only_worker_was_killed_the_ventilator_says_that_it_waits_and_tells_the_next_one_that_all_is_over()
    {
        await using var sink = Started.Lab("pipeline", "sink", "--port", "0");
        var sinkPort = await sink.PortAsync();
        await using var server = Started.Lab("pipeline", "server", "--port", "0", "--stdin");
        var port = await server.PortAsync();
        await using var doomed = Started.Lab("pipeline", "client", "--port", $"{port}", "--sink", $"{sinkPort}", "--work", "fixed:600", "-q");
        await server.WriteAsync("lost\n");
        await Wait.UntilAsync(() => server.Error.Contains("\"lost\"", StringComparison.Ordinal));
        doomed.Signal(Kill);
        await Wait.UntilAsync(() => server.Error.Contains("disconnect", StringComparison.Ordinal));
        server.EndInput();
        await Wait.UntilAsync(() => server.Error.Contains("for a worker: nobody is connected", StringComparison.Ordinal));
        await using var next = Started.Lab("pipeline", "client", "--port", $"{port}", "--sink", $"{sinkPort}", "--work", "0", "-q");
        Assert.Equal(0, await server.ExitAsync());
        Assert.Equal(0, await next.ExitAsync());
        Assert.Equal(1, await sink.ExitAsync());
        Assert.Contains("sink: 0 of 1 results came", sink.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_queued_for_a_worker_that_is_killed_is_counted_at_the_ventilator()
    {
        await using var server = Started.Lab("pipeline", "server", "--port", "0", "--every", "0", "--count", "1000000", "--hwm", "100");
        var port = await server.PortAsync();
        await using var doomed = Started.Lab("pipeline", "client", "--port", $"{port}", "--no-sink", "--work", "fixed:600", "--hwm", "1", "-q");
        await Wait.UntilAsync(() => server.Error.Contains("all workers' queues are full", StringComparison.Ordinal));
        doomed.Signal(Kill);
        await Wait.UntilAsync(() => server.Error.Contains("still queued for a peer that has gone", StringComparison.Ordinal));
        server.Interrupt();
        Assert.Equal(130, await server.ExitAsync());
        Assert.Matches("pushed .* were queued for a worker that left", server.Error);
    }

    [Fact]
    public async Task A_ventilator_killed_in_the_middle_and_restarted_is_served_by_the_same_workers()
    {
        await using var sink = Started.Lab("pipeline", "sink", "--port", "0", "-q");
        var sinkPort = await sink.PortAsync();
        await using var first = Started.Lab("pipeline", "server", "--port", "0", "-q", "--every", "0.01");
        var port = await first.PortAsync();
        await using var worker = Started.Lab("pipeline", "client", "--port", $"{port}", "--sink", $"{sinkPort}", "--work", "0", "--name", "ann", "-q");
        await sink.LineAsync("ann: 10 - ");
        first.Signal(Kill);
        await first.ExitAsync();
        await using var second = Started.Lab("pipeline", "server", "--port", $"{port}", "-q", "--stdin", "--wait", "1");
        await second.WriteAsync("from the second\n");
        second.EndInput();
        Assert.Equal(0, await second.ExitAsync());
        Assert.Equal(0, await worker.ExitAsync());
        Assert.Equal(0, await sink.ExitAsync());
        var lines = sink.Output.TrimEnd().Split('\n')[1..];
        Assert.Equal("ann: from the second", lines[^1]);
        Assert.Equal(lines.Distinct(), lines);
    }

    [Fact]
    public async Task A_sink_killed_and_restarted_gets_what_comes_after_and_says_what_it_did_not_get()
    {
        await using var first = Started.Lab("pipeline", "sink", "--port", "0", "-q");
        var sinkPort = await first.PortAsync();
        await using var server = Started.Lab("pipeline", "server", "--port", "0", "-q", "--stdin");
        var port = await server.PortAsync();
        await using var worker = Started.Lab("pipeline", "client", "--port", $"{port}", "--sink", $"{sinkPort}", "--work", "0", "--name", "ann", "-q");
        await server.WriteAsync("for the first\n");
        await first.LineAsync("ann: for the first");
        first.Signal(Kill);
        await first.ExitAsync();
        await using var second = Started.Lab("pipeline", "sink", "--port", $"{sinkPort}");
        await second.LineAsync("READY ");
        await Wait.UntilAsync(() => second.Error.Contains("handshake", StringComparison.Ordinal));
        await server.WriteAsync("for the second\n");
        server.EndInput();
        Assert.Equal(0, await server.ExitAsync());
        Assert.Equal(0, await worker.ExitAsync());
        Assert.Equal(1, await second.ExitAsync());
        Assert.Contains("ann: for the second", second.Output, StringComparison.Ordinal);
        Assert.Contains("sink: 1 of 2 results came", second.Error, StringComparison.Ordinal);
    }
}
