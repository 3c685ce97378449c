using SocketLab.Cli;
using SocketLab.Demo;
using SocketLab.Tests.Shared;
using SocketLab.Transport.Trace;
using SocketLab.Views;

namespace SocketLab.Tests.Demo;

public class DemoCommandTests
{
    public static TheoryData<string> Patterns => [.. Demonstration.All.Select(one => one.Pattern)];

    [Fact]
    public async Task All_patterns_pass_and_the_table_says_so()
    {
        await using var demo = Started.Lab("demo", "all");
        Assert.Equal(0, await demo.ExitAsync());
        foreach (var one in Demonstration.All)
        {
            Assert.Matches($"(?m)^{one.Pattern} +passed +\\d+  {one.Checks}", demo.Output);
        }
        Assert.Equal("", demo.Error);
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public async Task Redirected_each_line_says_whose_it_is_and_no_receive_comes_before_its_send(string pattern)
    {
        await using var demo = Started.Lab("demo", pattern);
        Assert.Equal(0, await demo.ExitAsync());
        var lines = demo.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("passed: ", lines[^1]);
        Assert.All(lines[..^1], line => Assert.StartsWith($"[{pattern} ", line));
        Assert.DoesNotContain('\u001b', demo.Output);
        var first = (Send: Array.FindIndex(lines, line => line.Contains("] ") && Words(line).StartsWith("send")), Receive: Array.FindIndex(lines, line => Words(line).StartsWith("receive")));
        Assert.InRange(first.Send, 0, first.Receive - 1);
    }

    [Theory]
    [InlineData("ipc", "reqrep")]
    [InlineData("ipc", "pubsub")]
    [InlineData("ipc", "pipeline")]
    [InlineData("inproc", "reqrep")]
    [InlineData("inproc", "pubsub")]
    [InlineData("inproc", "pipeline")]
    public async Task One_process_can_play_a_ZeroMQ_pattern_without_the_network(string transport, string pattern)
    {
        await using var demo = Started.Lab("demo", pattern, "--transport", transport);
        Assert.Equal(0, await demo.ExitAsync());
        Assert.Contains("passed: ", demo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("tcp://", demo.Output, StringComparison.Ordinal);
        Assert.Equal(transport == "inproc", demo.Output.Contains("no frame was made", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(Path.GetTempPath(), $"socketlab-demo-{demo.Id}-*"));
    }

    [Fact]
    public async Task A_raw_echo_has_no_other_transport()
    {
        await using var demo = Started.Lab("demo", "udp-echo", "--transport", "ipc");
        Assert.Equal(2, await demo.ExitAsync());
        Assert.Matches(@"^error: demo udp-echo: --transport ipc [^\n]+\nhint: [^\n]+\n$", demo.Error);
    }

    [Theory]
    [InlineData("tcp-echo", 80)]
    [InlineData("pubsub", 80)]
    [InlineData("pipeline", 80)]
    [InlineData("pipeline", 200)]
    public async Task In_columns_no_line_is_wider_than_the_terminal_and_each_role_has_its_own(string pattern, int width)
    {
        await using var demo = Started.Lab("demo", pattern, "--width", $"{width}", "--explain");
        Assert.Equal(0, await demo.ExitAsync());
        var lines = demo.Output.Split('\n');
        Assert.All(lines, line => Assert.InRange(Cells.Width(line), 0, width));
        var roles = Demonstration.All.First(one => one.Pattern == pattern).Roles;
        Assert.All(roles, role => Assert.Contains($"{pattern} {role}", lines[0]));
        Assert.Equal(roles.Count, lines.Skip(2).Where(line => line.TrimStart() is "close" || line.TrimStart().StartsWith("close #", StringComparison.Ordinal) || line.TrimStart().StartsWith("close (", StringComparison.Ordinal)).Select(line => line.Length - line.TrimStart().Length).Distinct().Count());
    }

    [Fact]
    public void The_roles_names_come_again_before_they_have_left_the_screen()
    {
        var output = new StringWriter();
        var screen = new DemoScreen(output, Ink.ForOut, Demonstration.All[0], columns: 80, explain: false, ascii: true, rows: 24);
        for (var i = 0; i < 100; i++)
        {
            screen.Show(new TraceEvent { Role = "udp-echo server", Kind = TraceKind.Note, Note = $"step {i}" }, kernel: null);
        }
        var lines = output.ToString().Split('\n');
        Assert.All(Enumerable.Range(0, 80), from => Assert.Contains(lines[from..(from + 24)], line => line.Contains("udp-echo client")));
    }

    [Fact]
    public async Task The_diagram_of_real_sockets_pairs_one_send_with_three_receives()
    {
        var file = Path.Combine(Path.GetTempPath(), $"socketlab-{Guid.NewGuid():N}.txt");
        try
        {
            await using var demo = Started.Lab("demo", "tcp-echo", "--diagram", file);
            Assert.Equal(0, await demo.ExitAsync());
            var drawn = await File.ReadAllTextAsync(file);
            Assert.Contains("connect: SYN, SYN+ACK, ACK", drawn);
            Assert.Contains("\"Hello\" 5 of 11 B", drawn);
            Assert.Contains("\" Ther\" 5 of 11 B", drawn);
            Assert.Contains("\"e\" 1 of 11 B", drawn);
            Assert.Contains("FIN", drawn);
            Assert.DoesNotContain("no trace", drawn);
            Assert.DoesNotContain("LOST", drawn);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("reqrep", 4)]
    [InlineData("pubsub", 3)]
    [InlineData("pipeline", 10)]
    public async Task Every_ZeroMQ_message_of_a_demonstration_is_paired_by_its_connection(string pattern, int messages)
    {
        var demonstration = Demonstration.All.First(one => one.Pattern == pattern);
        await using var stage = new DemoStage(demonstration, show: null, stepper: null);
        Assert.Null(await demonstration.PlayAsync(stage, TestContext.Current.CancellationToken));
        var chart = SocketLab.Diagram.ChartBuilder.Build(await stage.EventsAsync());
        var data = chart.Arrows.Where(arrow => arrow.Kind == SocketLab.Diagram.ArrowKind.Data).ToList();
        // The sink goes when it has all results; the workers' end markers may come too late for it.
        data.RemoveAll(arrow => arrow.ToLane.Name.EndsWith("sink", StringComparison.Ordinal) && arrow.Label.Contains("END"));
        Assert.Equal(messages, data.Count);
        Assert.All(data, arrow => Assert.Equal(SocketLab.Diagram.Fate.Delivered, arrow.Fate));
        Assert.All(chart.Lanes, lane => Assert.True(lane.Traced, lane.Name));
    }

    [Fact]
    public async Task A_wrong_ending_or_pattern_is_a_usage_error()
    {
        await using var ending = Started.Lab("demo", "tcp-echo", "--diagram", "x.png");
        Assert.Equal(2, await ending.ExitAsync());
        Assert.Contains("the ending chooses the form", ending.Error);
        await using var pattern = Started.Lab("demo", "smtp");
        Assert.Equal(2, await pattern.ExitAsync());
    }

    private static string Words(string line) => line[(line.IndexOf(']') + 1)..].TrimStart();
}
