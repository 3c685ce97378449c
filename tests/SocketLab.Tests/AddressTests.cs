using System.Net.Sockets;
using SocketLab.Tests.Shared;

namespace SocketLab.Tests;

/// <summary>Hosts, addresses and ports as a user gives them.</summary>
public sealed class AddressTests
{
    [Theory]
    [InlineData("--host", "0.0.0.0")]
    [InlineData("--host", "::")]
    [InlineData("--host", "")]
    [InlineData("--port", "0")]
    [InlineData("--host", "no.such.host.invalid")]
    public async Task What_a_client_cannot_talk_to_is_said_in_one_line_and_a_hint(string option, string value)
    {
        foreach (var pattern in (string[])["tcp-echo", "udp-echo"])
        {
            await using var client = Started.Lab(pattern, "client", option, value, "-q", "hi");
            Assert.Equal(2, await client.ExitAsync());
            Assert.Matches(@"^error: [^\n]+\nhint: [^\n]+\n$", client.Error);
        }
    }

    [Fact]
    public async Task A_name_too_long_for_a_host_is_no_crash()
    {
        await using var client = Started.Lab("tcp-echo", "client", "--host", new string('x', 300), "hi");
        Assert.Equal(2, await client.ExitAsync());
        Assert.StartsWith("error: --host xxx", client.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_IPv6_address_stands_in_brackets_before_its_port()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        await using var server = Started.Lab("tcp-echo", "server", "--bind", "::1", "--port", "0", "-q");
        Assert.StartsWith("READY tcp-echo [::1]:", await server.LineAsync("READY"), StringComparison.Ordinal);
        var port = await server.PortAsync();
        server.Terminate();
        await server.ExitAsync();
        await using var client = Started.Lab("tcp-echo", "client", "--host", "::1", "--port", $"{port}", "hi");
        Assert.Equal(1, await client.ExitAsync());
        Assert.Contains($"error: connect [::1]:{port}: connection refused", client.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Localhost_is_tried_at_both_its_addresses_and_the_one_that_answered_is_named(string address)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        await using var server = Started.Lab("tcp-echo", "server", "--bind", address, "--port", "0", "-q");
        await using var client = Started.Lab("tcp-echo", "client", "--host", "localhost", "--port", $"{await server.PortAsync()}", "hi");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("hi", client.Output);
        Assert.Contains($"localhost answered at {address}", client.Error, StringComparison.Ordinal);
        Assert.Equal(address != "::1", client.Error.Contains("refused", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("tcp-echo", "limits: 7 connections, 3 from one address", "--max-connections", "7", "--max-per-address", "3")]
    [InlineData("udp-echo", "limit: 9 datagrams a second from one source", "--rate", "9")]
    public async Task On_every_interface_the_addresses_to_give_out_and_the_limits_in_force_are_printed(string pattern, string limits, params string[] options)
    {
        await using var server = Started.Lab([pattern, "server", "--bind", "0.0.0.0", "--port", "0", .. options]);
        var port = await server.PortAsync();
        server.Terminate();
        Assert.Equal(0, await server.ExitAsync());
        Assert.SkipUnless(server.Error.Contains("reachable", StringComparison.Ordinal), "this machine has no interface but loopback");
        Assert.Matches($@"reachable from other machines at \S+:{port}\b[^\n]*\n[^\n]*note       {limits}\n", server.Error);
    }

    [Fact]
    public async Task A_server_joins_a_multicast_group_without_being_told_what_to_bind()
    {
        await using var server = Started.Lab("udp-echo", "server", "--multicast", "239.255.12.35", "--port", "0");
        await Wait.UntilAsync(() => server.HasExited || server.Output.Contains("READY", StringComparison.Ordinal));
        Assert.SkipWhen(server.HasExited, "no network interface takes part in multicast here");
        await using var client = Started.Lab("udp-echo", "client", "--multicast", "239.255.12.35", "--port", $"{await server.PortAsync()}", "--timeout", "30", "to all");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("to all", client.Output);
    }

    [Fact]
    public async Task A_group_cannot_be_heard_on_one_address()
    {
        await using var server = Started.Lab("udp-echo", "server", "--multicast", "239.255.12.35", "--bind", "127.0.0.1", "--port", "0");
        Assert.Equal(2, await server.ExitAsync());
        Assert.Matches(@"^error: join 239\.255\.12\.35: [^\n]+\nhint: [^\n]+\n$", server.Error);
    }
}
