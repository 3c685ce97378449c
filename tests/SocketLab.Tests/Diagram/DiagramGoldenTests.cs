using System.Runtime.CompilerServices;
using SocketLab.Diagram;
using SocketLab.Transport.Trace;

namespace SocketLab.Tests.Diagram;

/// <summary>Small scenarios in every form, against the files in golden/. SOCKETLAB_WRITE_GOLDEN=1 writes them anew, to be read before they are kept.</summary>
public class DiagramGoldenTests
{
    private const string Server = "127.0.0.1:5677";
    private const string Client = "127.0.0.1:40000";

    [Fact]
    public void One_send_that_reached_three_receives_is_drawn_as_three_arrows() => Check("one_send_three_receives", Talk(
        server => server.Receives("Hello").Receives(" Ther").Receives("e"),
        client => client.Sends("Hello There")));

    [Fact]
    public void Several_sends_in_one_receive_are_drawn_as_such() => Check("three_sends_one_receive", Talk(
        server => server.Receives("onetwothree"),
        client => client.Sends("one").Sends("two").Sends("three")));

    [Fact]
    public void Half_close_shows_its_states() => Check("half_close", Talk(
        server => server.Receives("ab").Does(TraceKind.EndOfStream).Sends("ab").Does(TraceKind.Close),
        client => client.Sends("ab").Does(TraceKind.Shutdown).Receives("ab").Does(TraceKind.EndOfStream).Does(TraceKind.Close)));

    [Fact]
    public void What_a_reset_destroyed_looks_different() => Check("reset", Talk(
        server => server.Receives("a").Does(TraceKind.Close, "with a reset (SO_LINGER 0)"),
        client => client.Sends("a").Sends("never read").Does(TraceKind.Reset, "connection reset by peer")));

    [Fact]
    public void Datagrams_that_were_lost_cut_or_doubled_look_different() => Check("lost_cut_duplicate",
        new Told("udp-echo server", Server, Client).Does(TraceKind.Bind).Receives("one").Receives("three")
            .Receives("four").Receives("four").Receives("a lon").Does(TraceKind.Cut, "the datagram had 15 bytes", 10),
        new Told("udp-echo client", "0.0.0.0:40000", Server).Sends("one").Sends("two").Sends("three").Sends("four").Sends("a long datagram"));

    [Fact]
    public void Datagrams_that_overtook_each_other_cross() => Check("reordered",
        new Told("udp-echo server", Server, Client).Does(TraceKind.Bind).Receives("two").Receives("one"),
        new Told("udp-echo client", "0.0.0.0:40000", Server).Sends("one").Sends("two"));

    [Fact]
    public void A_refused_connection_ends_in_a_cross() => Check("refused",
        new Told("tcp-echo client", null, Server, 1).Does(TraceKind.Create).Does(TraceKind.Refused, "nobody listens there"));

    [Fact]
    public void A_published_message_reaches_each_subscriber_and_a_dropped_one_nobody() => Check("pubsub",
        new Told("pubsub publisher", "tcp://127.0.0.1:5680").Does(TraceKind.Bind).Sends("1", "too early").Sends("1", "hello").Sends("2", "world"),
        new Told("pubsub subscriber", null, "tcp://127.0.0.1:5680").Does(TraceKind.Connect).Receives("1", "hello").Receives("2", "world"),
        new Told("pubsub subscriber", null, "tcp://127.0.0.1:5680").Does(TraceKind.Connect).Receives("1", "hello"));

    [Fact]
    public void Two_clients_of_one_server_have_lanes_and_states_of_their_own() => Check("two_clients",
        new Told("tcp-echo server", Server).Does(TraceKind.Listen).On(Client, 1).Does(TraceKind.Accept).On("127.0.0.1:40001", 2).Does(TraceKind.Accept)
            .Receives("b").Sends("b").On(Client, 1).Receives("a").Sends("a"),
        new Told("tcp-echo client", Client, Server, 1).Does(TraceKind.Connect).Sends("a").Receives("a"),
        new Told("tcp-echo client", "127.0.0.1:40001", Server, 1).Does(TraceKind.Connect).Sends("b").Receives("b"));

    [Fact]
    public void Payloads_and_notes_cannot_break_out_of_any_form()
    {
        var rude = "</text></script>@@@\u001b[31m\u202e\"'&;#\0\n";
        var server = new Told("udp-echo server", Server, Client).Does(TraceKind.Bind, "<b>note</b>\u001b[2J").Receives(rude);
        var client = new Told("udp-echo <client>", "0.0.0.0:40000", Server).Sends(rude);
        Check("escaped", server, client);
        var html = HtmlDiagram.Draw(Chart(server, client));
        Assert.DoesNotContain("</text></script>", html);
        Assert.DoesNotContain("<b>", html);
        Assert.Equal(2, html.Split("</script>").Length - 1);
        Assert.All(html, c => Assert.True(c is '\n' or (>= ' ' and not '\u202e')));
    }

    private static List<TraceEvent>[] Talk(Func<Told, Told> server, Func<Told, Told> client) =>
    [
        server(new Told("tcp-echo server", Server).Does(TraceKind.Listen).On(Client, 1).Does(TraceKind.Accept)),
        client(new Told("tcp-echo client", Client, Server, 1).Does(TraceKind.Connect)),
    ];

    private static Chart Chart(params List<TraceEvent>[] traces) => ChartBuilder.Build(traces);

    private static void Check(string name, params List<TraceEvent>[] traces)
    {
        var chart = Chart(traces);
        Same(name + ".txt", TextDiagram.Draw(chart));
        Same(name + ".ascii.txt", TextDiagram.Draw(Chart(traces), columns: 80, ascii: true));
        Same(name + ".mmd", MermaidDiagram.Draw(chart));
        var svg = SvgDiagram.Draw(chart);
        Same(name + ".svg", svg);
        System.Xml.Linq.XDocument.Parse(svg);
    }

    private static void Same(string name, string drawn, [CallerFilePath] string here = "")
    {
        var file = Path.Combine(Path.GetDirectoryName(here)!, "golden", name);
        if (Environment.GetEnvironmentVariable("SOCKETLAB_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(file, drawn);
        }
        Assert.Equal(File.ReadAllText(file), drawn);
    }
}
