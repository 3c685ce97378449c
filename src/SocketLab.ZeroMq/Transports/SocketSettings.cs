using System.Net;
using System.Net.Sockets;

namespace SocketLab.ZeroMq.Transports;

/// <summary>What every socket of ours is set to: never blocking, never waiting to fill a segment.</summary>
internal static class SocketSettings
{
    public static Socket New(EndPoint endpoint) => endpoint is UnixDomainSocketEndPoint
        ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        : new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>
    /// Lets a server be started again while old connections are in TIME_WAIT: SO_REUSEADDR. .NET's own ReuseAddress sets SO_REUSEPORT as
    /// well, and two servers would share a port without a word.
    /// </summary>
    public static void AllowTimeWait(Socket socket)
    {
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(1, 2, BitConverter.GetBytes(1));
        }
        else if (OperatingSystem.IsMacOS())
        {
            socket.SetRawSocketOption(0xffff, 4, BitConverter.GetBytes(1));
        }
    }

    public static void Apply(Socket socket, SocketOptions options)
    {
        socket.Blocking = false;
        if (options.SendBuffer > 0)
        {
            socket.SendBufferSize = options.SendBuffer;
        }
        if (options.ReceiveBuffer > 0)
        {
            socket.ReceiveBufferSize = options.ReceiveBuffer;
        }
        if (socket.AddressFamily == AddressFamily.Unix)
        {
            return;
        }
        socket.NoDelay = true;
        if (options.TcpKeepalive)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            if (options.TcpKeepaliveIdle > TimeSpan.Zero)
            {
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime,
                    (int)options.TcpKeepaliveIdle.TotalSeconds);
            }
            if (options.TcpKeepaliveInterval > TimeSpan.Zero)
            {
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval,
                    (int)options.TcpKeepaliveInterval.TotalSeconds);
            }
        }
    }
}
