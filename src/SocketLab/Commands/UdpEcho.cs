using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketLab.Cli;
using SocketLab.Transport.Udp;

namespace SocketLab.Commands;

/// <summary><c>socketlab udp-echo server|client</c>: datagrams, each on its own, with the sender's address on every one.</summary>
internal static class UdpEcho
{
    private const string Name = "udp-echo";
    private const int Port = 5677;

    public static Command Create() => new Command(Name, "Echo over UDP: socket, bind, recvfrom, sendto.")
    {
        Server(),
        Client(),
    }.WithExamples("""
        socketlab udp-echo server                 in one terminal
        socketlab udp-echo client "Hello There"   in another
        """);

    private static Command Server()
    {
        var (bind, port) = (EndPoints.BindOption(), EndPoints.PortOption(Port));
        var buffer = EndPoints.NumberOption("--buffer", 65_507, "Bytes that one recvfrom takes; what is longer is cut", 1, 65_535);
        var rate = EndPoints.NumberOption("--rate", 100_000, "Datagrams a second answered to one source; 0: no limit", 0);
        var count = EndPoints.NumberOption("--count", 0, "Stop after so many datagrams; 0: never", 0);
        var group = MulticastOption("Join a multicast group, 224.0.0.0 to 239.255.255.255; binds 0.0.0.0");
        var command = new Command("server", "Bind, and send each datagram back to the address it came from.")
        { bind, port, buffer, rate, count, group }.WithExamples("""
            socketlab udp-echo server                         on 127.0.0.1:5677
            socketlab udp-echo server --buffer 5              a longer datagram is cut
            socketlab udp-echo server --multicast 239.1.2.3   join a group
            """);
        command.SetLabAction(new CommonOptions(), Name, "server", async (parsed, session, cancel) =>
        {
            var joined = parsed.GetValue(group) is { } text ? IPAddress.Parse(text) : null;
            // A socket that is bound to one address is not given what was sent to a group.
            var address = joined is not null && parsed.GetResult(bind) is null or { Implicit: true } ? "0.0.0.0" : parsed.GetValue(bind)!;
            var endPoint = await EndPoints.ToBindAsync(address, parsed.GetValue(port), cancel);
            if (joined is not null && !endPoint.Address.Equals(IPAddress.Any))
            {
                throw new LabException($"join {joined}: a socket bound to {endPoint.Address} does not hear a group",
                    "bind 0.0.0.0, which is the default with --multicast", ExitCode.CouldNotRun);
            }
            await using var server = new UdpEchoServer(new UdpEchoServerOptions
            {
                EndPoint = endPoint,
                BufferBytes = parsed.GetValue(buffer),
                RatePerSource = parsed.GetValue(rate),
                StopAfter = parsed.GetValue(count),
                MulticastGroup = joined,
            }, session.Log);
            try
            {
                server.Start();
            }
            catch (SocketException e)
            {
                // The end point is known once bind has succeeded: then it was the group that could not be joined.
                throw server.EndPoint.Port == 0
                    ? LabException.From(e, "bind", endPoint.ToString(), Name)
                    : new LabException($"join {joined}: {(e.SocketErrorCode == SocketError.SocketError ? "no network interface for it" : e.Message)}",
                        "is there a network with a route for multicast? on this machine alone: ip route add 224.0.0.0/4 dev lo", ExitCode.CouldNotRun);
            }
            var perSource = parsed.GetValue(rate);
            ServerWords.GiveOut(session, server.EndPoint, perSource > 0 ? $"limit: {perSource:N0} datagrams a second from one source" : "no rate limit");
            await session.ReadyAsync(server.EndPoint.ToString());
            await server.RunAsync(cancel);
            session.Note($"received {ServerWords.Many(server.Received, "datagram")}, sent {server.Sent:N0} back"
                + (server.Ignored > 0 ? $", ignored {server.Ignored:N0}" : "")
                + (server.Limited > 0 ? $", {server.Limited:N0} over the rate limit" : "")
                + (server.Cut > 0 ? $"; {server.Cut:N0} {(server.Cut == 1 ? "was" : "were")} cut" : ""));
            return ExitCode.Fine;
        });
        command.Aliases.Add("replier");
        return command;
    }

    private static Command Client()
    {
        var message = Messages.Argument("What to send, as one datagram; none: lines from standard input until end of file");
        var (host, port) = (EndPoints.HostOption(), EndPoints.PeerPortOption(Port));
        var timeout = EndPoints.SecondsOption("--timeout", 2, "How long to wait for each echo");
        var count = EndPoints.NumberOption("--count", 1, "Send the message so many times", 1);
        var every = EndPoints.SecondsOption("--every", 0, "Pause between two messages");
        var buffer = EndPoints.NumberOption("--buffer", 65_507, "Bytes that one recvfrom takes; what is longer is cut", 1, 65_535);
        var connected = new Option<bool>("--connected") { Description = "connect(2) the socket: one peer only, and ICMP errors are heard" };
        var broadcast = new Option<bool>("--broadcast") { Description = "SO_BROADCAST: allow a broadcast address as host" };
        var group = MulticastOption("Send to a multicast group, 224.0.0.0 to 239.255.255.255");
        var command = new Command("client", "Send each message as a datagram, wait for its echo, and print it.")
        { message, host, port, timeout, count, every, buffer, connected, broadcast, group }.WithExamples("""
            socketlab udp-echo client "Hello There"
            socketlab udp-echo client --buffer 5 "Hello There"   the echo is cut
            socketlab udp-echo client --connected hi   no server there: ICMP is heard
            """);
        command.SetLabAction(new CommonOptions(), Name, "client", async (parsed, session, cancel) =>
        {
            var (to, number) = (parsed.GetValue(group) ?? parsed.GetValue(host)!, parsed.GetValue(port));
            var patience = session.Patience(parsed, timeout);
            await using var client = new UdpEchoClient(new UdpEchoClientOptions
            {
                Host = to,
                Port = number,
                Timeout = patience,
                BufferBytes = parsed.GetValue(buffer),
                Connected = parsed.GetValue(connected),
                Broadcast = parsed.GetValue(broadcast),
            }, session.Log);
            var (sent, answered) = (0, 0);
            var attempt = "open";
            try
            {
                await client.OpenAsync(cancel);
                attempt = "sendto";
                await foreach (var one in Messages.ReadAsync(
                    parsed.GetValue(message)!, parsed.GetValue(count), TimeSpan.FromSeconds(parsed.GetValue(every)), cancel))
                {
                    sent++;
                    if (await client.EchoAsync(one, cancel) is { } reply)
                    {
                        answered++;
                        await session.DataAsync(reply.Payload);
                    }
                }
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
            {
                throw new LabException($"sendto {EndPoints.Text(to, number)}: port unreachable (ICMP said that nobody has that port)",
                    $"start the server first: socketlab {Name} server", ExitCode.Failed);
            }
            catch (SocketException e)
            {
                throw LabException.From(e, attempt, EndPoints.Text(to, number), Name);
            }
            return answered == sent
                ? ExitCode.Fine
                : throw new LabException(
                    string.Create(CultureInfo.InvariantCulture, $"recvfrom {EndPoints.Text(to, number)}: no reply to {sent - answered} of {sent} within {patience.TotalSeconds} s each"),
                    "UDP does not say why: no server there, or a datagram was lost; --connected hears ICMP errors", ExitCode.Failed);
        });
        command.Aliases.Add("requester");
        return command;
    }

    private static Option<string?> MulticastOption(string description)
    {
        var option = new Option<string?>("--multicast") { Description = description, HelpName = "GROUP" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !(IPAddress.TryParse(result.Tokens[0].Value, out var ip) && ip.GetAddressBytes() is [>= 224 and <= 239, _, _, _]))
            {
                result.AddError($"--multicast {result.Tokens[0].Value}: a group is an address from 224.0.0.0 to 239.255.255.255");
            }
        });
        return option;
    }
}
