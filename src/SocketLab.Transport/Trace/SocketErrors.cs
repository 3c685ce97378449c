using System.Net.Sockets;

namespace SocketLab.Transport.Trace;

/// <summary>Which kind of event a socket error is, in plain words.</summary>
public static class SocketErrors
{
    /// <summary>The event for an error, without its end points.</summary>
    public static TraceEvent Event(SocketException e)
    {
        ArgumentNullException.ThrowIfNull(e);
        var (kind, words) = e.SocketErrorCode switch
        {
            SocketError.ConnectionReset => (TraceKind.Reset, "the peer ended the connection at once (RST); bytes under way are lost"),
            SocketError.ConnectionRefused => (TraceKind.Refused, "nobody listens there"),
            SocketError.Shutdown => (TraceKind.BrokenPipe, "sent to a peer that is gone (EPIPE)"),
            SocketError.TimedOut => (TraceKind.Timeout, "no answer in time"),
            _ => (TraceKind.Error, e.Message),
        };
        return new TraceEvent { Kind = kind, Error = e.SocketErrorCode.ToString(), Note = words };
    }
}
