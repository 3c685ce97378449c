using SocketLab.Diagram;
using SocketLab.Tests.Diagram;
using SocketLab.Transport.Trace;

namespace SocketLab.Browser.Tests;

/// <summary>Small traces that between them have everything that can be drawn.</summary>
internal static class Scenes
{
    private const string Server = "127.0.0.1:5677";
    private const string Client = "127.0.0.1:40000";
    private const string Rude = "</text></script>@@@<script>alert(1)</script>\u001b[31m\u202e\"'&;#\0\n";

    public static TheoryData<string> Names => ["stream", "datagrams", "reset", "rude", "publish", "folded"];

    public static Chart Of(string name)
    {
        var chart = ChartBuilder.Build(name switch
        {
            "stream" => Stream(),
            "datagrams" => Datagrams(),
            "reset" => Reset(),
            "rude" => [new Told("udp-echo server", Server, Client).Does(TraceKind.Bind, "<b>note</b>\u001b[2J").Receives(Rude), new Told("udp-echo <client> with a very long name that goes on", "0.0.0.0:40000", Server).Sends(Rude)],
            "publish" => Publish(),
            _ => Folded(),
        });
        chart.Title = name == "rude" ? Rude : name;
        return chart;
    }

    private static List<TraceEvent>[] Stream() =>
    [
        new Told("tcp-echo server", Server).Does(TraceKind.Create, "stream socket, IPv4").Does(TraceKind.Bind).Does(TraceKind.Listen, "backlog 128")
            .On(Client, 1).Does(TraceKind.Accept).On("127.0.0.1:40001", 2).Does(TraceKind.Accept).Receives("onetwothree").Sends("onetwothree")
            .On(Client, 1).Receives("Hello").Receives(" Ther").Receives("e").Sends("Hello There").Does(TraceKind.EndOfStream).Does(TraceKind.Close)
            .On("127.0.0.1:40001", 2).Does(TraceKind.EndOfStream).Does(TraceKind.Close),
        new Told("tcp-echo client", Client, Server, 1).Does(TraceKind.Connect).Sends("Hello There").Does(TraceKind.Shutdown, "our direction: a FIN goes out; the other one stays open")
            .Receives("Hello There").Does(TraceKind.EndOfStream).Does(TraceKind.Close),
        new Told("tcp-echo client", "127.0.0.1:40001", Server, 1).Does(TraceKind.Connect).Sends("one").Sends("two").Sends("three").Receives("onetw").Receives("othree").Does(TraceKind.Close),
    ];

    private static List<TraceEvent>[] Datagrams() =>
    [
        new Told("udp-echo server", Server, Client).Does(TraceKind.Bind).Receives("one").Receives("three").Receives("four").Receives("four")
            .Receives("a lon").Does(TraceKind.Cut, "the datagram had 15 bytes", 10).Receives("six").Receives("five"),
        new Told("udp-echo client", "0.0.0.0:40000", Server).Sends("one").Sends("two").Sends("three").Sends("four").Sends("a long datagram").Sends("five").Sends("six"),
    ];

    private static List<TraceEvent>[] Reset() =>
    [
        new Told("tcp-echo server", Server).Does(TraceKind.Listen).On(Client, 1).Does(TraceKind.Accept).Receives("a").Does(TraceKind.Close, "with a reset (SO_LINGER 0)"),
        new Told("tcp-echo client", Client, Server, 1).Does(TraceKind.Connect).Sends("a").Sends("never read").Does(TraceKind.Reset, "connection reset by peer").Does(TraceKind.Close),
        new Told("tcp-echo client", null, "127.0.0.1:9", 1).Does(TraceKind.Create).Does(TraceKind.Refused, "nobody listens there"),
    ];

    private static List<TraceEvent>[] Publish() =>
    [
        new Told("pubsub publisher", "tcp://127.0.0.1:5680").Does(TraceKind.Bind).Sends("1", "too early for anybody to have heard of it").Sends("1", "hello").Sends("2", "world"),
        new Told("pubsub subscriber", null, "tcp://127.0.0.1:5680").Does(TraceKind.Connect).Receives("1", "hello").Receives("2", "world"),
        new Told("pubsub subscriber", null, "tcp://127.0.0.1:5680").Does(TraceKind.Connect).Receives("1", "hello"),
        new Told("pubsub subscriber", null, "tcp://127.0.0.1:5680").Does(TraceKind.Connect).Receives("1", "hello"),
    ];

    private static List<TraceEvent>[] Folded() => Run(1_000, lost: 500);

    /// <summary>A run of datagrams, all different, of which one may be lost.</summary>
    public static List<TraceEvent>[] Run(int count, int lost = -1)
    {
        var (client, server) = (new Told("udp-echo client", Client, Server), new Told("udp-echo server", Server, Client).Does(TraceKind.Bind));
        for (var i = 0; i < count; i++)
        {
            client.Sends($"message {i}");
            _ = i == lost ? server : server.Receives($"message {i}");
        }
        return [server, client];
    }
}
