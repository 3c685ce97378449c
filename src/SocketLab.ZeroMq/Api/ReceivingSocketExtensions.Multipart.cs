using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SocketLab.ZeroMq;

/// <summary>Messages of several frames.</summary>
public static partial class ReceivingSocketExtensions
{
    /// <summary>Receives all frames of a message.</summary>
    public static ZmqMessage ReceiveMultipartMessage(this IReceivingSocket socket, int expectedFrameCount = 4)
    {
        ZmqMessage? message = null;
        socket.TryReceiveMultipartMessage(Infinite, ref message, expectedFrameCount);
        return message!;
    }

    /// <summary>Receives a message if one is there; a given message is cleared and used again.</summary>
    public static bool TryReceiveMultipartMessage(
        this IReceivingSocket socket, [NotNullWhen(true)] ref ZmqMessage? message, int expectedFrameCount = 4) =>
        socket.TryReceiveMultipartMessage(TimeSpan.Zero, ref message, expectedFrameCount);

    /// <summary>Receives a message if one comes in time; a given message is cleared and used again.</summary>
    public static bool TryReceiveMultipartMessage(
        this IReceivingSocket socket, TimeSpan timeout, [NotNullWhen(true)] ref ZmqMessage? message, int expectedFrameCount = 4)
    {
        if (!TryBytes(socket, timeout, out var bytes, out bool more))
        {
            return false;
        }
        message ??= new ZmqMessage(expectedFrameCount);
        message.Clear();
        message.Append(bytes);
        while (more && TryBytes(socket, Infinite, out bytes, out more))
        {
            message.Append(bytes);
        }
        return true;
    }

    /// <summary>Receives all frames of a message as arrays.</summary>
    public static List<byte[]> ReceiveMultipartBytes(this IReceivingSocket socket, int expectedFrameCount = 4)
    {
        List<byte[]>? frames = null;
        socket.TryReceiveMultipartBytes(Infinite, ref frames, expectedFrameCount);
        return frames!;
    }

    /// <summary>Receives all frames of a message into a list.</summary>
    public static void ReceiveMultipartBytes(
        this IReceivingSocket socket, [NotNull] ref List<byte[]>? frames, int expectedFrameCount = 4)
    {
        socket.TryReceiveMultipartBytes(Infinite, ref frames, expectedFrameCount);
        frames ??= [];
    }

    /// <summary>Receives a message as arrays if one is there.</summary>
    public static bool TryReceiveMultipartBytes(
        this IReceivingSocket socket, [NotNullWhen(true)] ref List<byte[]>? frames, int expectedFrameCount = 4) =>
        socket.TryReceiveMultipartBytes(TimeSpan.Zero, ref frames, expectedFrameCount);

    /// <summary>Receives a message as arrays if one comes in time.</summary>
    public static bool TryReceiveMultipartBytes(
        this IReceivingSocket socket, TimeSpan timeout, [NotNullWhen(true)] ref List<byte[]>? frames, int expectedFrameCount = 4)
    {
        if (!TryBytes(socket, timeout, out var bytes, out bool more))
        {
            return false;
        }
        frames ??= new(expectedFrameCount);
        frames.Clear();
        frames.Add(bytes);
        while (more && TryBytes(socket, Infinite, out bytes, out more))
        {
            frames.Add(bytes);
        }
        return true;
    }

    /// <summary>Receives all frames of a message as UTF-8 texts.</summary>
    public static List<string> ReceiveMultipartStrings(this IReceivingSocket socket, int expectedFrameCount = 4) =>
        socket.ReceiveMultipartStrings(SendReceiveConstants.DefaultEncoding, expectedFrameCount);

    /// <summary>Receives all frames of a message as texts.</summary>
    public static List<string> ReceiveMultipartStrings(
        this IReceivingSocket socket, Encoding encoding, int expectedFrameCount = 4)
    {
        List<string>? frames = null;
        socket.TryReceiveMultipartStrings(Infinite, encoding, ref frames, expectedFrameCount);
        return frames!;
    }

    /// <summary>Receives a message as UTF-8 texts if one is there.</summary>
    public static bool TryReceiveMultipartStrings(
        this IReceivingSocket socket, [NotNullWhen(true)] ref List<string>? frames, int expectedFrameCount = 4) =>
        socket.TryReceiveMultipartStrings(TimeSpan.Zero, SendReceiveConstants.DefaultEncoding, ref frames, expectedFrameCount);

    /// <summary>Receives a message as texts if one is there.</summary>
    public static bool TryReceiveMultipartStrings(
        this IReceivingSocket socket, Encoding encoding, [NotNullWhen(true)] ref List<string>? frames, int expectedFrameCount = 4) =>
        socket.TryReceiveMultipartStrings(TimeSpan.Zero, encoding, ref frames, expectedFrameCount);

    /// <summary>Receives a message as UTF-8 texts if one comes in time.</summary>
    public static bool TryReceiveMultipartStrings(
        this IReceivingSocket socket, TimeSpan timeout, [NotNullWhen(true)] ref List<string>? frames, int expectedFrameCount = 4) =>
        socket.TryReceiveMultipartStrings(timeout, SendReceiveConstants.DefaultEncoding, ref frames, expectedFrameCount);

    /// <summary>Receives a message as texts if one comes in time.</summary>
    public static bool TryReceiveMultipartStrings(
        this IReceivingSocket socket, TimeSpan timeout, Encoding encoding, [NotNullWhen(true)] ref List<string>? frames,
        int expectedFrameCount = 4)
    {
        if (!TryText(socket, timeout, encoding, out var text, out bool more))
        {
            return false;
        }
        frames ??= new(expectedFrameCount);
        frames.Clear();
        frames.Add(text);
        while (more && TryText(socket, Infinite, encoding, out text, out more))
        {
            frames.Add(text);
        }
        return true;
    }

    /// <summary>Receives a message and forgets it.</summary>
    public static void SkipMultipartMessage(this IReceivingSocket socket) => socket.TrySkipMultipartMessage(Infinite);

    /// <summary>Receives a message and forgets it, if one is there.</summary>
    public static bool TrySkipMultipartMessage(this IReceivingSocket socket) => socket.TrySkipMultipartMessage(TimeSpan.Zero);

    /// <summary>Receives a message and forgets it, if one comes in time.</summary>
    public static bool TrySkipMultipartMessage(this IReceivingSocket socket, TimeSpan timeout)
    {
        bool got = socket.TrySkipFrame(timeout, out bool more);
        while (got && more)
        {
            socket.SkipFrame(out more);
        }
        return got;
    }

    /// <summary>Receives a routing id.</summary>
    public static RoutingKey ReceiveRoutingKey(this IReceivingSocket socket) => new(socket.ReceiveFrameBytes());

    /// <summary>Receives a routing id, and whether a frame follows.</summary>
    public static RoutingKey ReceiveRoutingKey(this IReceivingSocket socket, out bool more) => new(socket.ReceiveFrameBytes(out more));

    /// <summary>Receives routing ids up to the empty frame that ends the envelope.</summary>
    public static IEnumerable<RoutingKey> ReceiveRoutingKeys(this IReceivingSocket socket)
    {
        socket.TryReceiveRoutingKeys(Infinite, out var keys);
        return keys!;
    }

    /// <summary>Takes a routing id if a message is there.</summary>
    public static bool TryReceiveRoutingKey(this IReceivingSocket socket, ref RoutingKey routingKey) =>
        socket.TryReceiveRoutingKey(TimeSpan.Zero, ref routingKey, out _);

    /// <summary>Takes a routing id if a message is there.</summary>
    public static bool TryReceiveRoutingKey(this IReceivingSocket socket, ref RoutingKey routingKey, out bool more) =>
        socket.TryReceiveRoutingKey(TimeSpan.Zero, ref routingKey, out more);

    /// <summary>Takes a routing id if a message comes in time.</summary>
    public static bool TryReceiveRoutingKey(this IReceivingSocket socket, TimeSpan timeout, ref RoutingKey routingKey) =>
        socket.TryReceiveRoutingKey(timeout, ref routingKey, out _);

    /// <summary>Takes a routing id if a message comes in time.</summary>
    public static bool TryReceiveRoutingKey(
        this IReceivingSocket socket, TimeSpan timeout, ref RoutingKey routingKey, out bool more)
    {
        bool got = TryBytes(socket, timeout, out var bytes, out more);
        if (got)
        {
            routingKey = new(bytes!);
        }
        return got;
    }

    /// <summary>Takes an envelope if a message is there.</summary>
    public static bool TryReceiveRoutingKeys(
        this IReceivingSocket socket, [NotNullWhen(true)] out IEnumerable<RoutingKey>? routingKeys) =>
        socket.TryReceiveRoutingKeys(TimeSpan.Zero, out routingKeys);

    /// <summary>Takes an envelope, up to its empty frame, if a message comes in time.</summary>
    public static bool TryReceiveRoutingKeys(
        this IReceivingSocket socket, TimeSpan timeout, [NotNullWhen(true)] out IEnumerable<RoutingKey>? routingKeys)
    {
        routingKeys = null;
        if (!TryBytes(socket, timeout, out var bytes, out bool more))
        {
            return false;
        }
        List<RoutingKey> keys = [];
        while (bytes.Length > 0)
        {
            keys.Add(new(bytes));
            if (!more || !TryBytes(socket, Infinite, out bytes, out more))
            {
                break;
            }
        }
        routingKeys = keys;
        return true;
    }
}
