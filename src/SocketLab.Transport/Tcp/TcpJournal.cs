using System.Net;
using System.Net.Sockets;
using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Tcp;

/// <summary>What the server's journal says. Each method returns at once when nobody reads.</summary>
internal sealed class TcpJournal(TraceLog log)
{
    public bool IsOn => log.IsOn;

    public int NextConnection() => log.NextConnection();

    public void Created(IPEndPoint wanted)
    {
        if (log.IsOn)
        {
            log.Write(new TraceEvent { Kind = TraceKind.Create, Note = $"stream socket, {(wanted.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4")}" });
        }
    }

    public void Bound(IPEndPoint local, bool reuse)
    {
        if (log.IsOn)
        {
            log.Write(new TraceEvent { Kind = TraceKind.Option, Note = $"SO_REUSEADDR {(reuse ? "on" : "off")}" });
            log.Write(new TraceEvent { Kind = TraceKind.Bind, Local = local.ToString() });
        }
    }

    public void Listening(IPEndPoint local, int backlog)
    {
        if (log.IsOn)
        {
            log.Write(new TraceEvent { Kind = TraceKind.Listen, Local = local.ToString(), Count = backlog, Note = $"backlog {backlog:N0}" });
            log.Write(new TraceEvent { Kind = TraceKind.Ready, Local = local.ToString(), Note = "waiting for connections" });
        }
    }

    public void Closing(IPEndPoint local, int open)
    {
        if (log.IsOn)
        {
            log.Write(new TraceEvent
            {
                Kind = TraceKind.Close,
                Local = local.ToString(),
                Note = open > 0 ? $"the listener, and {open:N0} open connection{(open == 1 ? "" : "s")}" : "the listener",
            });
        }
    }

    public void OutOfDescriptors(IPEndPoint local)
    {
        if (log.IsOn)
        {
            log.Write(new TraceEvent
            {
                Kind = TraceKind.Limit,
                Local = local.ToString(),
                Error = nameof(SocketError.TooManyOpenSockets),
                Note = "out of file descriptors (ulimit -n): accepting again when a connection has closed",
            });
        }
    }

    public void AcceptFailed(IPEndPoint local, SocketException e)
    {
        if (log.IsOn)
        {
            log.Write(new TraceEvent { Kind = TraceKind.Error, Local = local.ToString(), Error = e.SocketErrorCode.ToString(), Note = "accept: " + e.Message });
        }
    }

    public void Limited(Connection connection, string limit)
    {
        if (log.IsOn)
        {
            log.Write(About(connection, TraceKind.Limit) with { Note = limit });
        }
    }

    public void Accepted(Connection connection)
    {
        if (log.IsOn)
        {
            log.Write(About(connection, TraceKind.Accept));
        }
    }

    public void EndOfStream(Connection connection)
    {
        if (log.IsOn && connection.ClosedBecause is null)
        {
            log.Write(About(connection, TraceKind.EndOfStream) with { Offset = connection.BytesIn, Note = "the peer has finished sending (FIN)" });
        }
    }

    public void Closed(Connection connection, bool reset)
    {
        if (log.IsOn)
        {
            log.Write(About(connection, TraceKind.Close) with { Note = connection.ClosedBecause ?? (reset ? "with a reset (SO_LINGER 0)" : null) });
        }
    }

    public void Received(Connection connection, ReadOnlySpan<byte> bytes)
    {
        if (log.IsOn)
        {
            log.Write(About(connection, TraceKind.Receive) with { Direction = TraceDirection.In, Offset = connection.BytesIn - bytes.Length, Bytes = bytes.Length }, bytes);
        }
    }

    public void Sent(Connection connection, ReadOnlySpan<byte> bytes)
    {
        if (log.IsOn)
        {
            log.Write(About(connection, TraceKind.Send) with { Direction = TraceDirection.Out, Offset = connection.BytesOut - bytes.Length, Bytes = bytes.Length }, bytes);
        }
    }

    public void Failed(Connection connection, Exception e)
    {
        if (log.IsOn && connection.ClosedBecause is null && e is SocketException error)
        {
            log.Write(SocketErrors.Event(error) with { Local = connection.Local.ToString(), Peer = connection.Peer.ToString(), Connection = connection.Number });
        }
    }

    private static TraceEvent About(Connection connection, TraceKind kind) => new()
    {
        Kind = kind,
        Local = connection.Local.ToString(),
        Peer = connection.Peer.ToString(),
        Connection = connection.Number,
    };
}
