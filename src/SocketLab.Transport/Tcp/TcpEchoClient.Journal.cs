using System.Net;
using System.Net.Sockets;
using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Tcp;

// What the client's journal says.
public sealed partial class TcpEchoClient
{
    private void Write(TraceKind kind, string? note)
    {
        if (_log.IsOn)
        {
            _log.Write(About(kind) with { Note = note });
        }
    }

    private void WriteError(SocketException e, IPEndPoint? peer)
    {
        if (_log.IsOn)
        {
            _log.Write(SocketErrors.Event(e) with { Local = LocalEndPoint?.ToString(), Peer = peer?.ToString(), Connection = _number });
        }
    }

    private void WriteBytes(TraceKind kind, TraceDirection direction, long offset, ReadOnlySpan<byte> bytes)
    {
        if (_log.IsOn)
        {
            _log.Write(About(kind) with { Direction = direction, Offset = offset, Bytes = bytes.Length }, bytes);
        }
    }

    private TraceEvent About(TraceKind kind) => new()
    {
        Kind = kind,
        Local = LocalEndPoint?.ToString(),
        Peer = RemoteEndPoint?.ToString(),
        Connection = kind == TraceKind.Create ? 0 : _number,
    };
}
