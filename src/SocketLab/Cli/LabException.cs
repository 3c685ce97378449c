using System.Net.Sockets;

namespace SocketLab.Cli;

/// <summary>An error in the user's terms: one line <c>attempt endpoint: reason</c>, one hint line, one exit code.</summary>
internal sealed class LabException(string message, string hint, int exitCode) : Exception(message)
{
    public string Hint { get; } = hint;

    public int ExitCode { get; } = exitCode;

    /// <summary>Puts a socket error in words: what was attempted, on what end point, why it failed, and what to try.</summary>
    public static LabException From(SocketException e, string attempt, string endPoint, string pattern)
    {
        var (reason, hint, code) = e.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => ("address already in use",
                $"another program has that port: choose one with --port N, or --port 0 for any free one (`ss -tulpn` shows who)", Cli.ExitCode.CouldNotRun),
            SocketError.AddressNotAvailable => ("this machine does not have that address",
                "use one of its own (`ip addr`), 127.0.0.1 for this machine only, or 0.0.0.0 for all", Cli.ExitCode.CouldNotRun),
            SocketError.AccessDenied => ("permission denied",
                "ports below 1024 are the administrator's: choose a higher one with --port N; a broadcast address needs --broadcast", Cli.ExitCode.CouldNotRun),
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => ("no such host",
                "check the name, or give an address such as 127.0.0.1", Cli.ExitCode.CouldNotRun),
            SocketError.ConnectionRefused => ("connection refused: nobody listens there",
                $"start the server first: socketlab {pattern} server; check host and port", Cli.ExitCode.Failed),
            SocketError.TimedOut => ("no answer in time",
                "the host may be down, or a firewall drops the packets in silence", Cli.ExitCode.Failed),
            SocketError.HostUnreachable or SocketError.NetworkUnreachable => ("no route to it",
                "are both machines on the same network?", Cli.ExitCode.Failed),
            SocketError.ConnectionReset => ("the peer reset the connection (RST)",
                "it closed with unread data, was killed, or is at its limit of connections", Cli.ExitCode.Failed),
            SocketError.Shutdown => ("the connection is already closed at the other end (EPIPE)",
                "the peer went away before everything was sent", Cli.ExitCode.Failed),
            SocketError.MessageSize => ("message too long for one datagram",
                "a UDP payload over IPv4 has at most 65,507 bytes: send it in pieces, or use tcp-echo", Cli.ExitCode.Failed),
            SocketError.TooManyOpenSockets => ("too many open files",
                "raise the limit with `ulimit -n`, or use fewer connections", Cli.ExitCode.Failed),
            _ => (e.Message, $"the system calls this {e.SocketErrorCode}", Cli.ExitCode.Failed),
        };
        return new LabException($"{attempt} {endPoint}: {reason}", hint, code);
    }
}
