using System.Net;
using System.Net.Sockets;
using SocketLab.Tests.Shared;

namespace SocketLab.Tests;

/// <summary>What each option of tcp-echo makes visible.</summary>
public sealed class TcpEchoOptionTests
{
    [Fact]
    public async Task Chunk_writes_in_pieces_and_count_sends_again()
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "-q");
        await using var client = Started.Lab("tcp-echo", "client", "--port", $"{await server.PortAsync()}", "--chunk", "4", "--count", "2", "--every", "0.01", "Hello There");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("Hello ThereHello There", client.Output);
        Assert.Equal(4, Lines(client, "send       #1 4 bytes"));
        Assert.Equal(2, Lines(client, "send       #1 3 bytes"));
    }

    [Fact]
    public async Task Framing_by_line_takes_the_answer_as_long_as_it_is_and_no_framing_only_as_much_as_was_sent()
    {
        using var peer = new RudePeer();
        await using var lines = Started.Lab("tcp-echo", "client", "--port", $"{peer.Port}", "-q", "--framing", "line", "hi");
        await peer.AnswerAsync("Echo: hi\nand more"u8.ToArray());
        Assert.Equal(0, await lines.ExitAsync());
        Assert.Equal("Echo: hi\n", lines.Output);
        await using var none = Started.Lab("tcp-echo", "client", "--port", $"{peer.Port}", "-q", "hi");
        await peer.AnswerAsync("Echo: hi\n"u8.ToArray());
        Assert.Equal(0, await none.ExitAsync());
        Assert.Equal("Ec", none.Output);
    }

    [Fact]
    public async Task A_peer_that_does_not_frame_by_length_is_not_believed()
    {
        using var peer = new RudePeer();
        await using var client = Started.Lab("tcp-echo", "client", "--port", $"{peer.Port}", "-q", "--framing", "length", "hi");
        await peer.AnswerAsync("Echo: hi\n"u8.ToArray());
        Assert.Equal(1, await client.ExitAsync());
        Assert.Contains("the peer does not frame by length\nhint: both sides must agree on --framing", client.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_half_close_a_mute_server_is_a_failure_after_the_timeout()
    {
        using var peer = new RudePeer();
        await using var client = Started.Lab("tcp-echo", "client", "--port", $"{peer.Port}", "--half-close", "--timeout", "0.2", "hi");
        Assert.Equal(1, await client.ExitAsync());
        Assert.Contains("shutdown", client.Error, StringComparison.Ordinal);
        Assert.Contains("2 bytes sent, 0 came back", client.Error, StringComparison.Ordinal);
        Assert.Contains("no answer within 0.2 s", client.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_close_and_framing_are_two_boundaries_too_many()
    {
        await using var client = Started.Lab("tcp-echo", "client", "--half-close", "--framing", "line", "hi");
        Assert.Equal(2, await client.ExitAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_resets_is_a_reset_to_the_server_and_one_that_closes_is_an_end_of_stream(bool rst)
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "--count", "1");
        await using var client = Started.Lab(["tcp-echo", "client", "--port", $"{await server.PortAsync()}", .. rst ? ["--rst"] : Array.Empty<string>(), "hi"]);
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal(0, await server.ExitAsync());
        Assert.Equal(rst ? 1 : 0, Lines(server, "reset      #1 the peer ended the connection at once (RST)"));
        Assert.Equal(rst ? 0 : 1, Lines(server, "eof        #1 the peer has finished sending (FIN)"));
    }

    [Fact]
    public async Task A_server_that_resets_is_told_from_one_that_ends_its_stream()
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "--rst", "-q");
        await using var client = Started.Lab("tcp-echo", "client", "--port", $"{await server.PortAsync()}", "--half-close", "hi");
        Assert.Equal(1, await client.ExitAsync());
        Assert.Equal("hi", client.Output);
        Assert.Contains("the peer reset the connection (RST)\nhint: ", client.Error, StringComparison.Ordinal);

        using var peer = new RudePeer();
        await using var other = Started.Lab("tcp-echo", "client", "--port", $"{peer.Port}", "Hello");
        await peer.AnswerAsync("Hel"u8.ToArray());
        Assert.Equal(1, await other.ExitAsync());
        Assert.Contains("3 of 5 bytes came back, then the stream ended\nhint: ", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_a_limit_a_client_is_refused_with_an_event_and_is_told_why_it_may_be()
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "--max-connections", "1");
        var port = await server.PortAsync();
        using var inside = new TcpClient("127.0.0.1", port);
        await Wait.UntilAsync(() => server.Error.Contains("accept     #1", StringComparison.Ordinal));
        await using var client = Started.Lab("tcp-echo", "client", "--port", $"{port}", "-q", "hi");
        Assert.Equal(1, await client.ExitAsync());
        Assert.Contains("at its limit of connections", client.Error, StringComparison.Ordinal);
        await Wait.UntilAsync(() => server.Error.Contains("refused: 1 connections are open already", StringComparison.Ordinal));
        server.Terminate();
        Assert.Equal(0, await server.ExitAsync());
        Assert.Contains("1 refused at a limit", server.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_client_is_closed_with_an_event_when_idle_says_so()
    {
        await using var server = Started.Lab("tcp-echo", "server", "--port", "0", "--idle", "0.2", "--count", "1");
        using var silent = new TcpClient("127.0.0.1", await server.PortAsync());
        Assert.Equal(0, await server.ExitAsync());
        Assert.Contains("closed: silent for 0.2 s", server.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("on", 0)]
    [InlineData("off", 2)]
    public async Task Without_reuse_the_next_start_meets_the_connections_of_this_one_in_time_wait(string reuse, int exit)
    {
        await using var first = Started.Lab("tcp-echo", "server", "--port", "0", "--reuse", reuse, "-q");
        var port = await first.PortAsync();
        using var client = new TcpClient("127.0.0.1", port);
        client.GetStream().WriteByte(1);
        Assert.Equal(1, client.GetStream().ReadByte());
        first.Terminate(); // the server closes first, so TIME_WAIT is its own
        Assert.Equal(0, await first.ExitAsync());
        Assert.Equal(-1, client.GetStream().ReadByte());
        client.Close();
        await using var second = Started.Lab("tcp-echo", "server", "--port", $"{port}", "--reuse", reuse, "-q");
        await Wait.UntilAsync(() => second.HasExited || second.Output.Contains("READY", StringComparison.Ordinal));
        if (!second.HasExited)
        {
            second.Terminate();
        }
        Assert.Equal(exit, await second.ExitAsync());
        Assert.Equal(exit == 2, second.Error.Contains("address already in use", StringComparison.Ordinal));
    }

    private static int Lines(Started lab, string text) => lab.Error.Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>A server that is no echo: it answers what the test says, and ends the stream.</summary>
    private sealed class RudePeer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public RudePeer() => _listener.Start();

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public async Task AnswerAsync(byte[] bytes)
        {
            using var client = await _listener.AcceptTcpClientAsync().WaitAsync(Wait.Deadline);
            await client.GetStream().ReadAsync(new byte[100]).AsTask().WaitAsync(Wait.Deadline);
            await client.GetStream().WriteAsync(bytes);
        }

        public void Dispose() => _listener.Dispose();
    }
}
