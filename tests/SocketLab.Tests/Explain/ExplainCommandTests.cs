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

    [Fact]
    public async Task Stepping_while_messages_are_typed_is_refused_since_both_need_the_keyboard()
    {
        await using var client = Started.Lab("tcp-echo", "client", "--step");
        Assert.Equal(2, await client.ExitAsync());
        Assert.Contains("error: step: the keyboard is needed", client.Error);
        Assert.Contains("give the message as an argument", client.Error);
    }

    [Fact]
    public async Task What_repeats_is_explained_three_times_and_the_kernel_s_line_stays()
    {
        await using var server = Started.Lab("udp-echo", "server", "--port", "0", "--count", "6", "--explain");
        var port = await server.PortAsync();
        await using var client = Started.Lab("udp-echo", "client", "--port", $"{port}", "--count", "6", "--quiet", "hi");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal(0, await server.ExitAsync());
        Assert.Equal(6, server.Error.Split("recv  ").Length - 1);
        Assert.Equal(3, server.Error.Split("data, addr = s.recvfrom").Length - 1);
    }

    [Fact]
    public async Task A_requester_and_a_replier_show_type_greeting_READY_envelope_and_close()
    {
        await using var server = Started.Lab("reqrep", "server", "--port", "0", "--count", "1", "--explain");
        var port = await server.PortAsync();
        await using var client = Started.Lab("reqrep", "client", "--port", $"{port}", "--explain", "hi");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal(0, await server.ExitAsync());
        InOrder(client.Error, "zmq.REQ", "new RequestSocket()", "s.connect(", "64 bytes", "the peer is REP", "the envelope) and must receive", "takes the envelope off", "the REQ socket");
        InOrder(server.Error, "zmq.REP", "s.bind(", "library accepts", "64 bytes", "the peer is REQ", "REP keeps it aside", "REP puts the envelope back", "the REP socket");
    }

    private static void InOrder(string text, params string[] parts)
    {
        var at = 0;
        foreach (var part in parts)
        {
            var found = text.IndexOf(part, at, StringComparison.Ordinal);
            Assert.True(found >= 0, $"\"{part}\" does not stand where it should in:\n{text}");
            at = found;
        }
    }
}
