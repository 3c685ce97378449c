using System.Text;

namespace SocketLab.ZeroMq;

/// <summary>Sending, in the shapes that programs want. What takes no time-out waits; what is called Try… does not wait, or only so long.</summary>
public static partial class OutgoingSocketExtensions
{
    /// <summary>Sends a frame, waiting until a peer can take it. The content is taken over, and <paramref name="msg"/> left empty.</summary>
    public static void Send(this IOutgoingSocket socket, ref Msg msg, bool more) =>
        socket.TrySend(ref msg, SendReceiveConstants.InfiniteTimeout, more);

    /// <summary>Sends a frame with a copy of the bytes.</summary>
    public static void SendFrame(this IOutgoingSocket socket, byte[] data, bool more = false) =>
        TryBytes(socket, SendReceiveConstants.InfiniteTimeout, data, Length(data), more);

    /// <summary>Sends a frame with a copy of the first bytes of an array.</summary>
    public static void SendFrame(this IOutgoingSocket socket, byte[] data, int length, bool more = false) =>
        TryBytes(socket, SendReceiveConstants.InfiniteTimeout, data, length, more);

    /// <summary>Sends a frame of UTF-8 text.</summary>
    public static void SendFrame(this IOutgoingSocket socket, string message, bool more = false) =>
        TryText(socket, SendReceiveConstants.InfiniteTimeout, message, more);

    /// <summary>Sends a frame without bytes.</summary>
    public static void SendFrameEmpty(this IOutgoingSocket socket, bool more = false) =>
        TryBytes(socket, SendReceiveConstants.InfiniteTimeout, [], 0, more);

    /// <summary>Sends a frame, of whose message another follows.</summary>
    public static IOutgoingSocket SendMoreFrame(this IOutgoingSocket socket, byte[] data)
    {
        socket.SendFrame(data, true);
        return socket;
    }

    /// <summary>Sends a frame, of whose message another follows.</summary>
    public static IOutgoingSocket SendMoreFrame(this IOutgoingSocket socket, byte[] data, int length)
    {
        socket.SendFrame(data, length, true);
        return socket;
    }

    /// <summary>Sends a frame of UTF-8 text, of whose message another follows.</summary>
    public static IOutgoingSocket SendMoreFrame(this IOutgoingSocket socket, string message)
    {
        socket.SendFrame(message, true);
        return socket;
    }

    /// <summary>Sends a routing id, of whose message another frame follows.</summary>
    public static void SendMoreFrame(this IOutgoingSocket socket, RoutingKey routingKey) => socket.SendFrame(routingKey.Bytes, true);

    /// <summary>Sends a frame without bytes, of whose message another follows.</summary>
    public static IOutgoingSocket SendMoreFrameEmpty(this IOutgoingSocket socket)
    {
        socket.SendFrame([], true);
        return socket;
    }

    /// <summary>Sends a frame if that is possible without waiting.</summary>
    public static bool TrySendFrame(this IOutgoingSocket socket, byte[] data, bool more = false) =>
        TryBytes(socket, TimeSpan.Zero, data, Length(data), more);

    /// <summary>Sends a frame if that is possible without waiting.</summary>
    public static bool TrySendFrame(this IOutgoingSocket socket, byte[] data, int length, bool more = false) =>
        TryBytes(socket, TimeSpan.Zero, data, length, more);

    /// <summary>Sends a frame of UTF-8 text if that is possible without waiting.</summary>
    public static bool TrySendFrame(this IOutgoingSocket socket, string message, bool more = false) =>
        TryText(socket, TimeSpan.Zero, message, more);

    /// <summary>Sends a routing id, of whose message another frame follows, if that is possible without waiting.</summary>
    public static bool TrySendFrame(this IOutgoingSocket socket, RoutingKey routingKey) =>
        TryBytes(socket, TimeSpan.Zero, routingKey.Bytes, routingKey.Bytes.Length, true);

    /// <summary>Sends a frame if that is possible in time.</summary>
    public static bool TrySendFrame(this IOutgoingSocket socket, TimeSpan timeout, byte[] data, bool more = false) =>
        TryBytes(socket, timeout, data, Length(data), more);

    /// <summary>Sends a frame if that is possible in time.</summary>
    public static bool TrySendFrame(this IOutgoingSocket socket, TimeSpan timeout, byte[] data, int length, bool more = false) =>
        TryBytes(socket, timeout, data, length, more);

    /// <summary>Sends a frame of UTF-8 text if that is possible in time.</summary>
    public static bool TrySendFrame(this IOutgoingSocket socket, TimeSpan timeout, string message, bool more = false) =>
        TryText(socket, timeout, message, more);

    /// <summary>Sends a routing id, of whose message another frame follows, if that is possible in time.</summary>
    public static bool TrySendFrame(this IOutgoingSocket socket, TimeSpan timeout, RoutingKey routingKey) =>
        TryBytes(socket, timeout, routingKey.Bytes, routingKey.Bytes.Length, true);

    /// <summary>Sends a frame without bytes if that is possible without waiting.</summary>
    public static bool TrySendFrameEmpty(this IOutgoingSocket socket, bool more = false) =>
        TryBytes(socket, TimeSpan.Zero, [], 0, more);

    /// <summary>Sends a frame without bytes if that is possible in time.</summary>
    public static bool TrySendFrameEmpty(this IOutgoingSocket socket, TimeSpan timeout, bool more = false) =>
        TryBytes(socket, timeout, [], 0, more);

    private static bool TryBytes(IOutgoingSocket socket, TimeSpan timeout, byte[] data, int length, bool more)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)data.Length, nameof(length));
        var msg = default(Msg);
        if (socket is ZmqSocket)
        {
            msg.Borrow(data, length);
        }
        else
        {
            msg.InitPool(length);
            data.AsSpan(0, length).CopyTo(msg.Slice());
        }
        return Finish(socket, timeout, ref msg, more);
    }

    private static bool TryText(IOutgoingSocket socket, TimeSpan timeout, string message, bool more)
    {
        ArgumentNullException.ThrowIfNull(message);
        var encoding = SendReceiveConstants.DefaultEncoding;
        var msg = default(Msg);
        msg.InitPool(encoding.GetByteCount(message));
        encoding.GetBytes(message, msg.Slice());
        return Finish(socket, timeout, ref msg, more);
    }

    private static bool Finish(IOutgoingSocket socket, TimeSpan timeout, ref Msg msg, bool more)
    {
        try
        {
            return socket.TrySend(ref msg, timeout, more);
        }
        finally
        {
            msg.Drop();
        }
    }

    private static int Length(byte[] data) => (data ?? throw new ArgumentNullException(nameof(data))).Length;
}
