namespace SocketLab.ZeroMq;

/// <summary>Messages of several frames: all of a message goes to one peer, or nothing of it.</summary>
public static partial class OutgoingSocketExtensions
{
    /// <summary>Sends a message.</summary>
    public static void SendMultipartMessage(this IOutgoingSocket socket, ZmqMessage message) =>
        TrySendMultipartMessage(socket, SendReceiveConstants.InfiniteTimeout, message);

    /// <summary>Sends a message if that is possible without waiting.</summary>
    public static bool TrySendMultipartMessage(this IOutgoingSocket socket, ZmqMessage message) =>
        TrySendMultipartMessage(socket, TimeSpan.Zero, message);

    /// <summary>Sends a message if that is possible in time.</summary>
    /// <exception cref="ArgumentException">It has no frames.</exception>
    public static bool TrySendMultipartMessage(this IOutgoingSocket socket, TimeSpan timeout, ZmqMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.IsEmpty)
        {
            throw new ArgumentException("a message has at least one frame", nameof(message));
        }
        if (socket is ZmqSocket whole)
        {
            var frames = new Msg[message.FrameCount];
            for (int i = 0; i < frames.Length; i++)
            {
                frames[i].Borrow(message[i].Buffer, message[i].MessageSize);
            }
            return whole.TrySendWhole(frames, timeout);
        }
        for (int i = 0; i < message.FrameCount; i++)
        {
            bool first = i == 0, more = i < message.FrameCount - 1;
            var frame = message[i];
            if (!TryBytes(socket, first ? timeout : SendReceiveConstants.InfiniteTimeout, frame.Buffer, frame.MessageSize, more))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Sends a message with a frame for each array.</summary>
    public static void SendMultipartBytes(this IOutgoingSocket socket, params byte[][] frames) =>
        TrySendMultipartBytes(socket, SendReceiveConstants.InfiniteTimeout, frames);

    /// <summary>Sends a message with a frame for each array.</summary>
    public static void SendMultipartBytes(this IOutgoingSocket socket, IEnumerable<byte[]> frames) =>
        TrySendMultipartBytes(socket, SendReceiveConstants.InfiniteTimeout, frames);

    /// <summary>Sends a message with a frame for each array if that is possible without waiting.</summary>
    public static bool TrySendMultipartBytes(this IOutgoingSocket socket, params byte[][] frames) =>
        TrySendMultipartBytes(socket, TimeSpan.Zero, frames);

    /// <summary>Sends a message with a frame for each array if that is possible without waiting.</summary>
    public static bool TrySendMultipartBytes(this IOutgoingSocket socket, IEnumerable<byte[]> frames) =>
        TrySendMultipartBytes(socket, TimeSpan.Zero, frames);

    /// <summary>Sends a message with a frame for each array if that is possible in time.</summary>
    public static bool TrySendMultipartBytes(this IOutgoingSocket socket, TimeSpan timeout, params byte[][] frames) =>
        TrySendMultipartBytes(socket, timeout, (IEnumerable<byte[]>)frames);

    /// <summary>Sends a message with a frame for each array if that is possible in time.</summary>
    public static bool TrySendMultipartBytes(this IOutgoingSocket socket, TimeSpan timeout, IEnumerable<byte[]> frames) =>
        TrySendMultipartMessage(socket, timeout, new ZmqMessage(frames));

    /// <summary>Sends routing ids and the empty frame that ends an envelope; the body follows.</summary>
    public static IOutgoingSocket SendRoutingKeys(this IOutgoingSocket socket, params RoutingKey[] routingKeys) =>
        SendRoutingKeys(socket, (IEnumerable<RoutingKey>)routingKeys);

    /// <summary>Sends routing ids and the empty frame that ends an envelope; the body follows.</summary>
    public static IOutgoingSocket SendRoutingKeys(this IOutgoingSocket socket, IEnumerable<RoutingKey> routingKeys)
    {
        ArgumentNullException.ThrowIfNull(routingKeys);
        foreach (var key in routingKeys)
        {
            socket.SendMoreFrame(key);
        }
        return socket.SendMoreFrameEmpty();
    }

    /// <summary>Sends the empty frame of an envelope without routing ids; the body follows.</summary>
    public static IOutgoingSocket SendEmptyRoutingKeys(this IOutgoingSocket socket) => socket.SendMoreFrameEmpty();

    /// <summary>Sends the eight-byte signal for success, as PAIR sockets between threads do.</summary>
    public static void SignalOK(this IOutgoingSocket socket) => socket.SendFrame(Signal(0));

    /// <summary>Sends the eight-byte signal for failure.</summary>
    public static void SignalError(this IOutgoingSocket socket) => socket.SendFrame(Signal(1));

    /// <summary>Sends the signal for success if that is possible without waiting.</summary>
    public static bool TrySignalOK(this IOutgoingSocket socket) => socket.TrySendFrame(Signal(0));

    /// <summary>Sends the signal for failure if that is possible without waiting.</summary>
    public static bool TrySignalError(this IOutgoingSocket socket) => socket.TrySendFrame(Signal(1));

    internal const ulong SignalMark = 0x77664433221100;

    private static byte[] Signal(byte status)
    {
        var bytes = new byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, (SignalMark << 8) | status);
        return bytes;
    }
}
