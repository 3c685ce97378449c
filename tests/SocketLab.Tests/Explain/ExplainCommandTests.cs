using SocketLab.Tests.Shared;

namespace SocketLab.Tests.Explain;

public class ExplainCommandTests
{
    [Fact]
    public async Task Each_step_is_followed_by_its_calls_the_kernel_and_what_learners_get_wrong()
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "--count", "1", "--explain");
        var port = await server.PortAsync();
        await using var client = Started.Lab("tcp-echo", "client", "--port", $"{port}", "--explain", "Hello There");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("Hello There", client.Output);
        Assert.Equal(0, await server.ExitAsync());
        Assert.Contains("conn, addr = s.accept()", server.Error);
        Assert.Contains("await listener.AcceptAsync()", server.Error);
        Assert.Contains("a count of bytes, not a message", server.Error);
        Assert.Contains("handed to this kernel, not delivered", client.Error);
        if (SocketLab.Explain.KernelTable.IsThere)
        {
            Assert.Contains("LISTEN, 0 waiting for accept", server.Error);
            Assert.Contains("ESTAB, receive queue", client.Error);
        }
    }

    [Fact]
    public async Task Stepping_without_a_terminal_is_refused_with_a_hint()
    {
        await using var client = Started.Lab("udp-echo", "client", "--step", "hi");
        Assert.Equal(2, await client.ExitAsync());
        Assert.Contains("error: step: standard input is not a terminal", client.Error);
        Assert.Contains("--explain", client.Error);
    }
}
