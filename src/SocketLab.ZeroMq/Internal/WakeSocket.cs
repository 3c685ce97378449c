using System.Net;
using System.Net.Sockets;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Ends another thread's <see cref="Socket.Select(System.Collections.IList, System.Collections.IList, System.Collections.IList, int)"/>:
/// a datagram socket connected to itself, into which one byte is written. It is the one kind of pipe that .NET can wait for together
/// with sockets; where there are Unix datagrams, they cost a third of UDP's.
/// </summary>
internal sealed class WakeSocket : IDisposable
{
    private static readonly byte[] Byte = [1];
    private static int _made;
    private int _sent;

    public Socket Socket { get; } = OperatingSystem.IsLinux() ? Unix() : Udp();

    public void Notify()
    {
        if (Interlocked.Exchange(ref _sent, 1) == 0)
        {
            try
            {
                Socket.Send(Byte, SocketFlags.None, out _);
            }
            catch (ObjectDisposedException)
            {
                // Nobody is left to be woken.
            }
        }
    }

    /// <summary>Call it when the socket was readable; look at what is to be done after it.</summary>
    public void Drain()
    {
        Span<byte> sink = stackalloc byte[4];
        Socket.Receive(sink, SocketFlags.None, out _);
        Volatile.Write(ref _sent, 0);
    }

    public void Dispose() => Socket.Dispose();

    private static Socket Unix()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        // An abstract name, which is no file and vanishes with the socket.
        var self = new UnixDomainSocketEndPoint($"\0socketlab-{Environment.ProcessId}-{Interlocked.Increment(ref _made)}");
        return ToItself(socket, self);
    }

    private static Socket Udp()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        return ToItself(socket, new IPEndPoint(IPAddress.Loopback, 0));
    }

    private static Socket ToItself(Socket socket, EndPoint at)
    {
        socket.Bind(at);
        socket.Connect(at is IPEndPoint ? socket.LocalEndPoint! : at);
        socket.Blocking = false;
        return socket;
    }
}
