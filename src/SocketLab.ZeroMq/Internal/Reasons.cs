using System.Net.Sockets;

namespace SocketLab.ZeroMq.Internal;

/// <summary>System errors in words for the journal.</summary>
internal static class Reasons
{
    public static string Of(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused: nobody listens there",
        SocketError.ConnectionReset or SocketError.Shutdown => "the peer reset the connection",
        SocketError.TimedOut => "timed out",
        SocketError.HostUnreachable => "no route to the host",
        SocketError.NetworkUnreachable => "no route to the network",
        SocketError.HostNotFound => "no such host",
        SocketError.TryAgain => "the name server did not answer",
        SocketError.NoData => "the name has no address of this family",
        SocketError.AddressAlreadyInUse => "address already in use",
        SocketError.AddressNotAvailable => "this machine has no such address",
        SocketError.AccessDenied => "permission denied",
        SocketError.OperationAborted or SocketError.Interrupted => "closed here",
        SocketError.TooManyOpenSockets => "too many open sockets",
        _ => new SocketException((int)error).Message,
    };

    public static string Of(Exception error) => error is SocketException e ? Of(e.SocketErrorCode)
        : error is ObjectDisposedException ? "closed here" : error.Message;
}
