using System.Globalization;
using SocketLab.Tests.Shared;

namespace SocketLab.Tests;

public sealed class UdpEchoCommandTests
{
    [Fact]
    public async Task The_two_terminals_of_the_course_work()
    {
        await using var server = Started.Lab("udp-echo", "server", "--port", "0");
        var port = await server.PortAsync();
        await using var client = Started.Lab("udp-echo", "client", "--port", $"{port}", "Hello There");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("Hello There", client.Output);
        server.Interrupt();
        Assert.Equal(0, await server.ExitAsync());
        Assert.Contains("received 1 datagram, sent 1 back", server.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cut_datagram_is_shown_as_cut()
    {
        await using var server = Started.Lab("udp-echo", "server", "--port", "0", "--buffer", "5");
        var port = await server.PortAsync();
        await using var client = Started.Lab("udp-echo", "client", "--port", $"{port}", "Hello There");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("Hello", client.Output);
        await Wait.UntilAsync(() => server.Error.Contains("6 did not fit", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lines_from_standard_input_are_a_datagram_each()
    {
        await using var server = Started.Lab("udp-echo", "server", "--port", "0", "-q", "--count", "3");
        var port = await server.PortAsync();
        await using var client = Started.Lab("udp-echo", "client", "--port", $"{port}", "-q");
        await client.WriteAsync("1\n2\n3\n");
        client.EndInput();
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("1\n2\n3\n", client.Output);
        Assert.Equal(0, await server.ExitAsync());
    }

    [Fact]
    public async Task Silence_is_a_failure_with_words_about_udp()
    {
        await using var client = Started.Lab("udp-echo", "client", "--port", "9", "--timeout", "0.2", "-q", "hi");
        Assert.Equal(1, await client.ExitAsync());
        Assert.Contains("no reply to 1 of 1", client.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connected_socket_hears_the_icmp_error()
    {
        await using var client = Started.Lab("udp-echo", "client", "--port", "9", "--connected", "-q", "hi");
        Assert.Equal(1, await client.ExitAsync());
        Assert.Contains("port unreachable", client.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_too_long_for_a_datagram_is_refused_with_a_hint()
    {
        await using var server = Started.Lab("udp-echo", "server", "--port", "0", "-q");
        var port = await server.PortAsync();
        await using var client = Started.Lab("udp-echo", "client", "--port", $"{port}", "-q");
        await client.WriteAsync(new string('x', 65_508));
        client.EndInput();
        Assert.Equal(1, await client.ExitAsync());
        Assert.Contains("too long for one datagram", client.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ncat", "-u", "127.0.0.1", "{0}")]
    [InlineData("socat", "-", "UDP:127.0.0.1:{0}")]
    public async Task Stock_tools_are_served(string tool, params string[] arguments)
    {
        var program = Peers.Need(tool);
        await using var server = Started.Lab("udp-echo", "server", "--port", "0", "-q");
        var port = await server.PortAsync();
        await using var client = Started.Run(program, [.. arguments.Select(one => string.Format(CultureInfo.InvariantCulture, one, port))]);
        await client.WriteAsync("from a stock tool\n");
        await client.LineAsync("from a stock tool");
    }

    [Fact]
    public async Task Pythons_socket_module_is_served_and_serves()
    {
        Peers.NeedPython();
        await using var server = Started.Lab("udp-echo", "server", "--port", "0", "-q");
        var port = await server.PortAsync();
        await using var client = Started.Run(Peers.Python, "-c", $"""
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.sendto(b"Hello There", ("127.0.0.1", {port}))
            print(s.recvfrom(1024)[0].decode())
            """);
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("Hello There\n", client.Output);

        await using var python = Started.Run(Peers.Python, "-c", """
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind(("127.0.0.1", 0))
            print("READY", "127.0.0.1:%d" % s.getsockname()[1], flush=True)
            data, address = s.recvfrom(1024)
            s.sendto(data, address)
            """);
        var there = await python.PortAsync();
        await using var ours = Started.Lab("udp-echo", "client", "--port", $"{there}", "-q", "Hello Python");
        Assert.Equal(0, await ours.ExitAsync());
        Assert.Equal("Hello Python", ours.Output);
    }
}
