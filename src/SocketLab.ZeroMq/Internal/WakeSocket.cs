using System.Net;
using System.Net.Sockets;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Ends another thread's <see cref="Socket.Select(System.Collections.IList, System.Collections.IList, System.Collections.IList, int)"/>:
/// a UDP socket on loopback connected to itself, into which one byte is written. It is the one kind of pipe that .NET can wait for
/// together with sockets on every platform.
/// </summary>
internal sealed class WakeSocket : IDisposable
{
    private static readonly byte[] Byte = [1];
    public readonly Socket Socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private int _sent;

    public WakeSocket()
    {
        Socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Socket.Connect(Socket.LocalEndPoint!);
        Socket.Blocking = false;
    }

    public void Notify()
    {
        if (Interlocked.Exchange(ref _sent, 1) == 0)
        {
            Socket.Send(Byte, SocketFlags.None, out _);
        }
    }

    public void Drain()
    {
        Span<byte> sink = stackalloc byte[16];
        while (Socket.Receive(sink, SocketFlags.None, out var error) > 0 && error == SocketError.Success)
        {
        }
        Volatile.Write(ref _sent, 0);
    }

    public void Dispose() => Socket.Dispose();
}
