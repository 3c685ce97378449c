using SocketLab.Tests.Shared;

namespace SocketLab.Tests;

/// <summary>Every program of samples/peers/python runs, with the sample and with the subcommand that play the other side.</summary>
[Collection(Samples.Name)]
public sealed class PythonPeerTests
{
    [Theory]
    [InlineData("udp-echo", "01-udp-echo", "udp_echo", "Hello There")]
    [InlineData("tcp-echo", "02-tcp-echo", "tcp_echo", "Hello There")]
    [InlineData("reqrep", "03-reqrep", "reqrep", "Echo: Hello There")]
    public async Task A_python_server_answers_both_clients_and_a_python_client_asks_both_servers(string command, string sample, string python, string answer)
    {
        Peers.NeedPyzmq();
        await using var server = Samples.Python(python + "_server", "0");
        var port = $"{await server.PortAsync()}";
        await AnswersAsync(Samples.Run(sample + "/client.cs", port, "Hello There"), answer);
        await AnswersAsync(Started.Lab(command, "client", "--port", port, "-q", "Hello There"), answer);
        await using var ours = Started.Lab(command, "server", "--port", "0", "-q");
        await AnswersAsync(Samples.Python(python + "_client", $"{await ours.PortAsync()}", "Hello There"), answer);
        await using var small = Samples.Run(sample + "/server.cs", "0");
        await AnswersAsync(Samples.Python(python + "_client", $"{await small.PortAsync()}", "Hello There"), answer);
    }

    [Fact]
    public async Task A_python_publisher_is_heard_by_both_subscribers_and_a_python_subscriber_hears_both_publishers()
    {
        Peers.NeedPyzmq();
        await using var server = Samples.Python("pubsub_server", "0");
        var port = $"{await server.PortAsync()}";
        await HearsAsync(Samples.Run("04-pubsub/client.cs", port, "2", "1"));
        await HearsAsync(Started.Lab("pubsub", "client", "--port", port, "-q", "--topic", "2", "--count", "1"));
        await using var ours = Started.Lab("pubsub", "server", "--port", "0", "-q", "--every", "0.1");
        await HearsAsync(Samples.Python("pubsub_client", $"{await ours.PortAsync()}", "2", "1"));
        await using var small = Samples.Run("04-pubsub/server.cs", "0");
        await HearsAsync(Samples.Python("pubsub_client", $"{await small.PortAsync()}", "2", "1"));
    }

    [Theory]
    [InlineData("python", "lab", "sample")]
    [InlineData("sample", "python", "lab")]
    [InlineData("lab", "sample", "python")]
    public async Task A_pipeline_works_with_a_stage_of_each_kind(string ventilator, string worker, string collector)
    {
        Peers.NeedPyzmq();
        await using var sink = Stage(collector, "sink", ["--port", "0", "-q"], ["0"]);
        await using var server = Stage(ventilator, "server", ["--port", "0", "-q", "--every", "0.02"], ["0", "0.02"]);
        var (tasks, results) = ($"{await server.PortAsync()}", $"{await sink.PortAsync()}");
        await using var client = Stage(worker, "client", ["--port", tasks, "--sink", results, "-q", "--work", "fixed:0.001"], [tasks, results, "0.001"]);
        await Wait.UntilAsync(() => sink.Output.Split('\n').Count(line => line.Contains(" - ", StringComparison.Ordinal)) > 5);
        Assert.Contains("5 - ", client.Output, StringComparison.Ordinal);
    }

    private static Started Stage(string kind, string role, string[] options, string[] arguments) => kind switch
    {
        "lab" => Started.Lab(["pipeline", role, .. options]),
        "sample" => Samples.Run($"05-pipeline/{role}.cs", arguments),
        _ => Samples.Python("pipeline_" + role, arguments),
    };

    private static async Task AnswersAsync(Started client, string answer)
    {
        await using (client)
        {
            Assert.Equal(0, await client.ExitAsync());
            Assert.Equal(answer, client.Output.TrimEnd());
        }
    }

    private static async Task HearsAsync(Started client)
    {
        await using (client)
        {
            Assert.Equal(0, await client.ExitAsync());
            Assert.StartsWith("2-Update! >> #", client.Output, StringComparison.Ordinal);
        }
    }
}
