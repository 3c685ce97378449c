using System.Net;
using System.Net.Sockets;
using SocketLab.Tests.Shared;

namespace SocketLab.Tests;

/// <summary>Browsers, telnet and noise at the ZeroMQ roles' ports, and peers with escape codes in what they say.</summary>
public sealed class RudePeerTests
{
    private static readonly byte[] Noise = [0, 1, 2, .. "\e[2Jnoise"u8];

    public static TheoryData<string, string> Binders => new()
    {
        { "reqrep server", "--port 0" },
        { "reqrep server", "--async --port 0" },
        { "reqrep broker", "--port 0 --back tcp://127.0.0.1:*" },
        { "pubsub server", "--port 0" },
        { "pubsub proxy", "--port 0 --front tcp://127.0.0.1:*" },
        { "pipeline server", "--port 0" },
        { "pipeline sink", "--port 0" },
    };

    [Theory]
    [MemberData(nameof(Binders))]
    public async Task Whoever_speaks_no_ZeroMQ_gets_one_line_with_the_reason_and_the_role_goes_on(string role, string options)
    {
        await using var binder = Started.Lab([.. role.Split(' '), .. options.Split(' ')]);
        var ports = (await binder.LineAsync("READY ")).Split(' ')[2..].Select(end => int.Parse(end.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        foreach (var port in ports)
        {
            await SayAsync(port, "GET / HTTP/1.1\r\nHost: here\r\n\r\n"u8.ToArray());
            await SayAsync(port, Noise);
            await SayAsync(port, "hello?\r\n"u8.ToArray());
        }
        // And whoever comes next is let in.
        foreach (var port in ports)
        {
            await SayAsync(port, [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 1, .. "NULL"u8, .. new byte[16 + 32]], hangUp: true);
        }
        await Wait.UntilAsync(() => Lines(binder, "accept ") == 4 * ports.Count && Lines(binder, "handshake failed") >= 3 * ports.Count);
        binder.Interrupt();
        Assert.Equal(0, await binder.ExitAsync());
        Assert.Equal(ports.Count, Lines(binder, "the peer speaks HTTP"));
        Assert.Equal(ports.Count, Lines(binder, "telnet?"));
        Assert.DoesNotContain('\e', binder.Error + binder.Output);
    }

    [Fact]
    public async Task A_topic_and_a_workers_name_with_escape_codes_reach_nobodys_terminal()
    {
        Peers.NeedPyzmq();
        await using var sink = Started.Lab("pipeline", "sink", "--port", "0");
        var results = await sink.PortAsync();
        await using var publisher = Started.Run(Peers.Python, "-c", $"""
            import time, zmq
            context = zmq.Context()
            push, pub = context.socket(zmq.PUSH), context.socket(zmq.PUB)
            push.connect("tcp://127.0.0.1:{results}")
            push.send_multipart([b"evil\x1b[2J", b"task", b"0.1"])
            push.send_multipart([b"END", b"1 1", b"evil\x1b[2J"])
            port = pub.bind_to_random_port("tcp://127.0.0.1")
            print("READY 127.0.0.1:%d" % port, flush=True)
            while True:
                pub.send(b"\x1b[2J\r >> #7 >> now")
                time.sleep(0.02)
            """);
        await using var client = Started.Lab("pubsub", "client", "--port", $"{await publisher.PortAsync()}", "--count", "1");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal(0, await sink.ExitAsync());
        Assert.Contains("slow joiner", client.Error, StringComparison.Ordinal);
        Assert.Contains("evil\\x1B[2J: 1 of 1 tasks", sink.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', client.Error + sink.Error);
    }

    private static async Task SayAsync(int port, byte[] what, bool hangUp = false)
    {
        using var peer = new TcpClient();
        await peer.ConnectAsync(IPAddress.Loopback, port);
        var stream = peer.GetStream();
        await stream.WriteAsync(what);
        if (!hangUp)
        {
            // Until the other side has closed: by then it has said why.
            await stream.CopyToAsync(Stream.Null).WaitAsync(Wait.Deadline);
        }
    }

    private static int Lines(Started role, string what) => role.Error.Split('\n').Count(line => line.Contains(what, StringComparison.Ordinal));
}
