using System.Net;
using System.Net.Sockets;
using SocketLab.Tests.Shared;

namespace SocketLab.Tests;

/// <summary>Ctrl+C and SIGTERM at every stage: a client's work is not done (130), a server's is (0).</summary>
public sealed class SignalTests
{
    private const int Interrupt = 2, Terminate = 15;

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public async Task A_client_that_is_still_connecting(int signal)
    {
        using var full = new FullBacklog();
        await using var client = Started.Lab("tcp-echo", "client", "--port", $"{full.Port}", "--timeout", "600", "hi");
        await EndsAsync(client, "socket", signal, 130);
    }

    [Fact]
    public async Task A_client_that_cannot_connect_in_time_says_so()
    {
        using var full = new FullBacklog();
        await using var client = Started.Lab("tcp-echo", "client", "--port", $"{full.Port}", "--timeout", "0.3", "-q", "hi");
        Assert.Equal(1, await client.ExitAsync());
        Assert.StartsWith($"error: connect 127.0.0.1:{full.Port}: no answer within 0.3 s\nhint: ", client.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public async Task A_client_that_waits_for_the_end_of_a_half_closed_stream(int signal)
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        await using var client = Started.Lab("tcp-echo", "client", "--port", $"{((IPEndPoint)mute.LocalEndpoint).Port}", "--timeout", "600", "--half-close", "hi");
        await EndsAsync(client, "shutdown", signal, 130);
    }

    [Theory]
    [InlineData("tcp-echo", Interrupt)]
    [InlineData("udp-echo", Terminate)]
    public async Task A_client_that_pauses_between_two_messages(string pattern, int signal)
    {
        await using var server = Started.Lab(pattern, "server", "--port", "0", "-q");
        await using var client = Started.Lab(pattern, "client", "--port", $"{await server.PortAsync()}", "--count", "2", "--every", "600", "hi");
        await EndsAsync(client, "recv", signal, 130);
        Assert.Equal("hi", client.Output);
    }

    [Theory]
    [InlineData("udp-echo", Interrupt)]
    [InlineData("udp-echo", Terminate)]
    [InlineData("tcp-echo", Terminate)]
    public async Task A_client_that_waits_for_a_line(string pattern, int signal)
    {
        await using var server = Started.Lab(pattern, "server", "--port", "0", "-q");
        await using var client = Started.Lab(pattern, "client", "--port", $"{await server.PortAsync()}");
        await client.WriteAsync("first\n");
        await EndsAsync(client, "recv", signal, 130);
    }

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public async Task A_datagram_client_that_waits_for_a_reply(int signal)
    {
        using var mute = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        await using var client = Started.Lab("udp-echo", "client", "--port", $"{((IPEndPoint)mute.Client.LocalEndPoint!).Port}", "--timeout", "600", "hi");
        await EndsAsync(client, "send", signal, 130);
    }

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public async Task A_datagram_server(int signal)
    {
        foreach (var how in (string[])["--quiet", "--hex"])
        {
            await using var server = Started.Lab("udp-echo", "server", "--port", "0", how);
            await server.PortAsync();
            server.Signal(signal);
            Assert.Equal(0, await server.ExitAsync());
        }
    }

    [Theory]
    [InlineData("--quiet")]
    [InlineData("--hex")]
    public async Task A_server_whose_client_never_reads(string how)
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", how);
        using var rude = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await rude.ConnectAsync(IPAddress.Loopback, await server.PortAsync());
        rude.Blocking = false;
        var piece = new byte[1 << 20];
        await Wait.UntilAsync(() => // until both kernels' buffers are full
        {
            try
            {
                return rude.Send(piece) < 0;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
            {
                return true;
            }
        });
        server.Terminate();
        Assert.Equal(0, await server.ExitAsync());
    }

    private static async Task EndsAsync(Started lab, string after, int signal, int exit)
    {
        await Wait.UntilAsync(() => lab.HasExited || lab.Error.Contains(after, StringComparison.Ordinal), $"{after}; so far: {lab.Error}");
        lab.Signal(signal);
        Assert.Equal(exit, await lab.ExitAsync());
        Assert.DoesNotContain("error:", lab.Error, StringComparison.Ordinal);
    }

    /// <summary>A listener that accepts nobody and whose queue is full: the next client's SYN is not answered.</summary>
    private sealed class FullBacklog : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly List<Socket> _queued = [];

        public FullBacklog()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen(1);
            // Linux queues one more than it is told (listen(2) says at most; the kernel compares with >); whoever comes then stays in connect.
            Assert.SkipUnless(OperatingSystem.IsLinux(), "how many a queue holds is known of Linux alone");
            for (var i = 0; i < 2; i++)
            {
                var one = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                _queued.Add(one);
                Assert.True(one.ConnectAsync(IPAddress.Loopback, Port).Wait(Wait.Deadline));
            }
        }

        public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

        public void Dispose()
        {
            _queued.ForEach(one => one.Dispose());
            _listener.Dispose();
        }
    }
}
