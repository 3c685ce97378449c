using SocketLab.Diagram;
using SocketLab.Transport.Trace;

namespace SocketLab.Tests.Diagram;

public class DiagramOrderTests
{
    private const string Server = "127.0.0.1:5677";
    private const string Client = "127.0.0.1:40000";

    [Fact]
    public void No_receive_stands_above_its_send_whatever_the_clocks_say()
    {
        var (server, client) = Echo(50);
        // The client's clock is an hour ahead, and the files come in either order.
        var ahead = client.Events.ConvertAll(e => e with { Time = DateTimeOffset.UnixEpoch.AddHours(1), ElapsedUs = 3_600_000_000 });
        foreach (var traces in new List<TraceEvent>[][] { [server, ahead], [ahead, server] })
        {
            var chart = ChartBuilder.Build(traces, mostRows: 0);
            Assert.Equal(server.Events.Count + client.Events.Count, chart.Order.Count);
            var joined = chart.Arrows.Where(arrow => arrow is { From: not null, To: not null }).ToList();
            Assert.Equal(100, joined.Count(arrow => arrow.Kind == ArrowKind.Data));
            Assert.All(joined, arrow => Assert.True(arrow.From!.Position < arrow.To!.Position));
            Assert.All(chart.Lanes, lane => Assert.Equal(lane.Steps.OrderBy(step => step.Position), lane.Steps));
        }
    }

    [Fact]
    public void Traces_that_contradict_each_other_are_still_drawn_whole()
    {
        var one = new Told("udp-echo server", Server, Client).Does(TraceKind.Bind).Receives("a").Sends("b");
        var two = new Told("udp-echo client", Client, Server).Receives("b").Sends("a");
        var chart = ChartBuilder.Build([one.Events, two.Events]);
        Assert.Equal(5, chart.Order.Count);
        Assert.Contains("\"a\"", TextDiagram.Draw(chart));
    }

    [Fact]
    public void Two_ends_of_a_Unix_domain_socket_are_one_connection()
    {
        const string Path = "ipc:///tmp/lesson";
        var server = new Told("reqrep server", Path, Path, 1).Does(TraceKind.Bind).Does(TraceKind.Accept).Receives("", "hi").Sends("", "ho");
        var client = new Told("reqrep client", Path, Path, 1).Does(TraceKind.Connect).Sends("", "hi").Receives("", "ho");
        var chart = ChartBuilder.Build([server.Events, client.Events]);
        Assert.Equal([ArrowKind.Connect, ArrowKind.Data, ArrowKind.Data], chart.Arrows.Select(arrow => arrow.Kind));
        Assert.All(chart.Arrows, arrow => Assert.Equal(Fate.Delivered, arrow.Fate));
        Assert.Equal("connect", chart.Arrows[0].Label);
    }

    [Fact]
    public void A_long_run_is_folded_and_the_fold_says_how_much_is_in_it()
    {
        var (server, client) = Echo(2_500);
        var chart = ChartBuilder.Build([server.Events, client.Events]);
        Assert.Equal(10_003, chart.Order.Count);
        var fold = Assert.Single(chart.Rows, row => row.Fold is not null).Fold!;
        Assert.Equal(chart.Order.Count, fold.Events + chart.Rows.Where(row => row.Fold is null).Sum(row => row.Steps.Count));
        Assert.Contains("times more", TextDiagram.Draw(chart));
        Assert.True(SvgDiagram.Draw(chart).Length < 100_000);
        Assert.True(ChartBuilder.Build([server.Events, client.Events], mostRows: 0).Rows.Count >= 5_000);
    }

    [Fact]
    public void A_message_that_was_lost_stays_in_sight_of_a_folded_run()
    {
        var client = new Told("udp-echo client", Client, Server);
        var server = new Told("udp-echo server", Server, Client).Does(TraceKind.Bind);
        for (var i = 0; i < 1_000; i++)
        {
            client.Sends($"message {i}");
            _ = i == 500 ? server : server.Receives($"message {i}");
        }
        var text = TextDiagram.Draw(ChartBuilder.Build([server.Events, client.Events]));
        Assert.Contains("\"message 500\" 11 B LOST", text);
        Assert.True(text.Split('\n').Length < 60, text);
    }

    [Fact]
    public void A_long_run_without_a_pattern_is_folded_in_the_middle_and_nothing_is_cut_in_silence()
    {
        var random = new Random(5);
        var client = new Told("udp-echo client", Client, Server);
        var server = new Told("udp-echo server", Server, Client).Does(TraceKind.Bind);
        for (var i = 0; i < 6_000; i++)
        {
            client.Sends($"message {i}");
            _ = random.Next(3) == 0 ? server : server.Receives($"message {i}");
        }
        var chart = ChartBuilder.Build([server.Events, client.Events]);
        var lost = chart.Arrows.Count(arrow => arrow.Fate == Fate.Lost);
        Assert.Equal(6_001 - (server.Events.Count - 1) - 1, lost);
        var drawnLost = chart.Rows.Where(row => row.Fold is null).SelectMany(row => row.Steps).Count(step => step.Out.Exists(arrow => arrow.Fate == Fate.Lost));
        var folded = chart.Rows.Where(row => row.Fold is not null).Sum(row => row.Fold!.Events);
        Assert.Equal(chart.Order.Count, folded + chart.Rows.Where(row => row.Fold is null).Sum(row => row.Steps.Count));
        Assert.Contains("not drawn one by one", TextDiagram.Draw(chart));
        Assert.True(drawnLost > 0);
    }

    private static (Told Server, Told Client) Echo(int times)
    {
        var server = new Told("tcp-echo server", Server).Does(TraceKind.Listen).On(Client, 1).Does(TraceKind.Accept);
        var client = new Told("tcp-echo client", Client, Server, 1).Does(TraceKind.Connect);
        for (var i = 0; i < times; i++)
        {
            client.Sends("ping").Receives("ping");
            server.Receives("ping").Sends("ping");
        }
        return (server, client);
    }
}
