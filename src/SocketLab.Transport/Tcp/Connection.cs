using System.Net;
using System.Net.Sockets;

namespace SocketLab.Transport.Tcp;

/// <summary>One accepted connection of the server: its socket, and how far each direction has come.</summary>
internal sealed class Connection(Socket socket, int number, ConnectionTable table)
{
    private IPEndPoint? _local;

    public Socket Socket { get; } = socket;

    public int Number { get; } = number;

    public IPEndPoint Peer { get; } = (IPEndPoint)socket.RemoteEndPoint!;

    public IPEndPoint Local => _local ??= (IPEndPoint)Socket.LocalEndPoint!;

    public long BytesIn { get; private set; }

    public long BytesOut { get; private set; }

    public long LastActiveMs { get; private set; } = Environment.TickCount64;

    /// <summary>Why the server itself closed it, where it did.</summary>
    public string? ClosedBecause { get; private set; }

    /// <summary>Ends it from this side: the loop that serves it sees the end of the stream, and closes with a FIN.</summary>
    public void End(string reason)
    {
        ClosedBecause = reason;
        try
        {
            Socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended by itself in the meantime.
        }
    }

    public void Received(int bytes)
    {
        BytesIn += bytes;
        LastActiveMs = Environment.TickCount64;
        table.Count(bytes, 0);
    }

    public void Sent(int bytes)
    {
        BytesOut += bytes;
        LastActiveMs = Environment.TickCount64;
        table.Count(0, bytes);
    }
}
