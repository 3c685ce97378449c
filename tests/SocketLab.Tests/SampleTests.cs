using SocketLab.Tests.Shared;

namespace SocketLab.Tests;

/// <summary>Every sample runs, with the others of its folder.</summary>
[Collection(Samples.Name)]
public sealed class SampleTests
{
    [Theory]
    [InlineData("01-udp-echo", "Hello There")]
    [InlineData("02-tcp-echo", "Hello There")]
    [InlineData("03-reqrep", "Echo: Hello There")]
    public async Task A_client_prints_what_its_server_answers(string name, string answer)
    {
        await using var server = Samples.Run($"{name}/server.cs", "0");
        await using var client = Samples.Run($"{name}/client.cs", $"{await server.PortAsync()}", "Hello There");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal(answer + "\n", client.Output);
    }

    [Fact]
    public async Task A_subscriber_gets_its_topic_alone()
    {
        await using var server = Samples.Run("04-pubsub/server.cs", "0");
        await using var client = Samples.Run("04-pubsub/client.cs", $"{await server.PortAsync()}", "2", "2");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal(2, client.Output.TrimEnd().Split('\n').Count(line => line.StartsWith("2-Update! >> #", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_pipeline_gathers_what_two_workers_did()
    {
        await using var sink = Samples.Run("05-pipeline/sink.cs", "0");
        await using var server = Samples.Run("05-pipeline/server.cs", "0", "0.02");
        string[] where = [$"{await server.PortAsync()}", $"{await sink.PortAsync()}", "0.001"];
        await using var ann = Samples.Run("05-pipeline/client.cs", where);
        await using var bob = Samples.Run("05-pipeline/client.cs", where);
        await ann.LineAsync("");
        await bob.LineAsync("");
        var results = sink.Output.Split('\n').Length;
        Assert.Contains(" - ", await sink.LineAsync($"{results + 20}: "), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_fits_on_one_slide() => Assert.All(Samples.Files, file => Assert.InRange(File.ReadAllLines(file).Length, 1, 30));
}
