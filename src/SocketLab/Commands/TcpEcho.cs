using System.CommandLine;
using System.Net.Sockets;
using SocketLab.Cli;
using SocketLab.Transport.Tcp;

namespace SocketLab.Commands;

/// <summary><c>socketlab tcp-echo server|client</c>: a stream, connected, in order, with no message boundaries.</summary>
internal static class TcpEcho
{
    private const string Name = "tcp-echo";
    private const int Port = 5677;

    public static Command Create() => new Command(Name, "Echo over TCP: socket, bind, listen, accept, recv, sendall.")
    {
        Server(),
        Client(),
    }.WithExamples("""
        socketlab tcp-echo server                 in one terminal
        socketlab tcp-echo client "Hello There"   in another
        """);

    private static Command Server()
    {
        var (bind, port) = (EndPoints.BindOption(), EndPoints.PortOption(Port));
        var backlog = EndPoints.NumberOption("--backlog", 128, "Connections that the kernel keeps waiting for accept", 0, 65_535);
        var buffer = EndPoints.NumberOption("--buffer", 65_536, "Bytes that one recv takes at most", 1, 16 << 20);
        var most = EndPoints.NumberOption("--max-connections", 1024, "Connections at once; one more is refused", 1, 1_000_000);
        var mostEach = EndPoints.NumberOption("--max-per-address", 512, "Connections at once from one address", 1, 1_000_000);
        var idle = EndPoints.SecondsOption("--idle", 0, "Close a connection that is silent for so long; 0: never");
        var count = EndPoints.NumberOption("--count", 0, "Stop after so many connections have been served; 0: never", 0);
        var (noDelay, reuse) = (OnOff("--nodelay", true, "TCP_NODELAY: send small writes at once"), OnOff("--reuse", true, "SO_REUSEADDR: bind although old connections are in TIME_WAIT"));
        var rst = new Option<bool>("--rst") { Description = "End each connection with a reset (SO_LINGER 0)" };
        var command = new Command("server", "Bind, listen, accept, and send back what each connection sends.")
        { bind, port, backlog, buffer, most, mostEach, idle, count, noDelay, reuse, rst }.WithExamples("""
            socketlab tcp-echo server                    on 127.0.0.1:5677, until Ctrl+C
            socketlab tcp-echo server --bind 0.0.0.0     for the class: prints addresses
            socketlab tcp-echo server --buffer 5 --hex   a stream is never cut: see it
            """);
        command.SetLabAction(new CommonOptions(), Name, "server", async (parsed, session, cancel) =>
        {
            var endPoint = await EndPoints.ToBindAsync(parsed.GetValue(bind)!, parsed.GetValue(port), cancel);
            await using var server = new TcpEchoServer(new TcpEchoServerOptions
            {
                EndPoint = endPoint,
                Backlog = parsed.GetValue(backlog),
                BufferBytes = parsed.GetValue(buffer),
                MaxConnections = parsed.GetValue(most),
                MaxConnectionsPerAddress = parsed.GetValue(mostEach),
                IdleTimeout = TimeSpan.FromSeconds(parsed.GetValue(idle)),
                NoDelay = parsed.GetValue(noDelay) == "on",
                ReuseAddress = parsed.GetValue(reuse) == "on",
                ResetOnClose = parsed.GetValue(rst),
                StopAfter = parsed.GetValue(count),
            }, session.Log);
            try
            {
                server.Start();
            }
            catch (SocketException e)
            {
                throw LabException.From(e, "bind", endPoint.ToString(), Name);
            }
            ServerWords.GiveOut(session, server.EndPoint, $"limits: {parsed.GetValue(most):N0} connections, {parsed.GetValue(mostEach):N0} from one address");
            await session.ReadyAsync(server.EndPoint.ToString());
            await server.RunAsync(cancel);
            session.Note($"served {ServerWords.Many(server.Accepted, "connection")}, {Sizes.Text(server.BytesIn)} in, {Sizes.Text(server.BytesOut)} out"
                + (server.Refused > 0 ? $"; {server.Refused:N0} refused at a limit" : ""));
            return ExitCode.Fine;
        });
        command.Aliases.Add("replier");
        return command;
    }

    private static Command Client()
    {
        var message = Messages.Argument("What to send, as one message; none: lines from standard input until end of file");
        var (host, port) = (EndPoints.HostOption(), EndPoints.PeerPortOption(Port));
        var timeout = EndPoints.SecondsOption("--timeout", 5, "How long to wait for the connection, and for each echo");
        var count = EndPoints.NumberOption("--count", 1, "Send the message so many times", 1);
        var every = EndPoints.SecondsOption("--every", 0, "Pause between two messages");
        var buffer = EndPoints.NumberOption("--buffer", 65_536, "Bytes that one recv takes at most", 1, 16 << 20);
        var chunk = EndPoints.NumberOption("--chunk", 0, "Write in pieces of so many bytes; 0: in one", 0);
        var noDelay = OnOff("--nodelay", true, "TCP_NODELAY: send small writes at once");
        var half = new Option<bool>("--half-close") { Description = "Shut down the sending direction after the last message, then read to the end" };
        var rst = new Option<bool>("--rst") { Description = "End the connection with a reset (SO_LINGER 0)" };
        var framing = new Option<string>("--framing") { Description = "How messages are told apart in the stream", DefaultValueFactory = _ => "none" };
        framing.AcceptOnlyFromAmong("none", "line", "length");
        var command = new Command("client", "Connect, send each message, and print what comes back.")
        { message, host, port, timeout, count, every, buffer, chunk, noDelay, half, rst, framing }.WithExamples("""
            socketlab tcp-echo client "Hello There"
            socketlab tcp-echo client --buffer 5 Hello-There   more comes with each read
            seq 3 | socketlab tcp-echo client                  lines from standard input
            socketlab tcp-echo client -- --not-an-option
            """);
        command.Validators.Add(result =>
        {
            if (result.GetValue(half) && result.GetResult(framing) is { Implicit: false })
            {
                result.AddError("--half-close with --framing: the end of the stream is the only boundary then; give one of the two");
            }
        });
        command.SetLabAction(new CommonOptions(), Name, "client", async (parsed, session, cancel) =>
        {
            var (to, number) = (parsed.GetValue(host)!, parsed.GetValue(port));
            var patience = session.Patience(parsed, timeout);
            await using var client = new TcpEchoClient(new TcpEchoClientOptions
            {
                Host = to,
                Port = number,
                Timeout = patience,
                BufferBytes = parsed.GetValue(buffer),
                ChunkBytes = parsed.GetValue(chunk),
                NoDelay = parsed.GetValue(noDelay) == "on",
                ResetOnClose = parsed.GetValue(rst),
                Framing = Enum.Parse<Framing>(parsed.GetValue(framing)!, ignoreCase: true),
            }, session.Log);
            var attempt = "connect";
            try
            {
                await client.ConnectAsync(cancel);
                attempt = "echo";
                var messages = Messages.ReadAsync(parsed.GetValue(message)!, parsed.GetValue(count), TimeSpan.FromSeconds(parsed.GetValue(every)), cancel);
                if (parsed.GetValue(half))
                {
                    await client.SendThenReadAsync(messages, session.PieceAsync, cancel);
                    session.EndPieces();
                    return ExitCode.Fine;
                }
                await foreach (var one in messages)
                {
                    await session.DataAsync(await client.EchoAsync(one, cancel));
                }
                return ExitCode.Fine;
            }
            catch (SocketException e)
            {
                throw LabException.From(e, attempt, EndPoints.Text(to, number), Name);
            }
            catch (TimeoutException)
            {
                throw new LabException($"{attempt} {EndPoints.Text(to, number)}: no answer within {patience.TotalSeconds} s",
                    "is that an echo server? --timeout N waits longer", ExitCode.Failed);
            }
            catch (InvalidDataException e)
            {
                throw new LabException($"{attempt} {EndPoints.Text(to, number)}: {e.Message}", "both sides must agree on --framing", ExitCode.Failed);
            }
            catch (EndOfStreamException e)
            {
                throw new LabException($"{attempt} {EndPoints.Text(to, number)}: {e.Message}", "the server closed the connection before it had sent everything back", ExitCode.Failed);
            }
        });
        command.Aliases.Add("requester");
        return command;
    }

    private static Option<string> OnOff(string name, bool on, string description)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => on ? "on" : "off" };
        option.AcceptOnlyFromAmong("on", "off");
        return option;
    }
}
