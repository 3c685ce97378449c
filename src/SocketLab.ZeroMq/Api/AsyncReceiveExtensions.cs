using System.Text;

namespace SocketLab.ZeroMq;

/// <summary>
/// Receiving with <c>await</c>. No special runtime is needed: what follows an await runs where awaits of the program run. One call at a
/// time a socket, as ever.
/// </summary>
public static class AsyncReceiveExtensions
{
    /// <summary>Receives one frame as a new array, and whether another follows.</summary>
    public static async Task<(byte[], bool)> ReceiveFrameBytesAsync(this ZmqSocket socket, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(socket);
        var msg = default(Msg);
        while (!socket.TryReceiveQueued(ref msg))
        {
            await socket.Changed(cancellationToken).ConfigureAwait(false);
        }
        byte[] bytes = msg.ToArray();
        bool more = msg.HasMore;
        msg.Close();
        return (bytes, more);
    }

    /// <summary>Receives one frame as UTF-8 text, and whether another follows.</summary>
    public static Task<(string, bool)> ReceiveFrameStringAsync(this ZmqSocket socket, CancellationToken cancellationToken = default) =>
        socket.ReceiveFrameStringAsync(SendReceiveConstants.DefaultEncoding, cancellationToken);

    /// <summary>Receives one frame as text, and whether another follows.</summary>
    public static async Task<(string, bool)> ReceiveFrameStringAsync(
        this ZmqSocket socket, Encoding encoding, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        var (bytes, more) = await socket.ReceiveFrameBytesAsync(cancellationToken).ConfigureAwait(false);
        return (encoding.GetString(bytes), more);
    }

    /// <summary>Receives all frames of a message.</summary>
    public static async Task<ZmqMessage> ReceiveMultipartMessageAsync(
        this ZmqSocket socket, int expectedFrameCount = 4, CancellationToken cancellationToken = default)
    {
        var message = new ZmqMessage(expectedFrameCount);
        bool more = true;
        while (more)
        {
            (byte[] bytes, more) = await socket.ReceiveFrameBytesAsync(cancellationToken).ConfigureAwait(false);
            message.Append(bytes);
        }
        return message;
    }

    /// <summary>Receives a routing id, and whether a frame follows.</summary>
    public static async Task<(RoutingKey, bool)> ReceiveRoutingKeyAsync(this ZmqSocket socket)
    {
        var (bytes, more) = await socket.ReceiveFrameBytesAsync().ConfigureAwait(false);
        return (new RoutingKey(bytes), more);
    }

    /// <summary>Receives a frame and forgets it. Returns whether another follows.</summary>
    public static async Task<bool> SkipFrameAsync(this ZmqSocket socket, CancellationToken cancellationToken = default) =>
        (await socket.ReceiveFrameBytesAsync(cancellationToken).ConfigureAwait(false)).Item2;

    /// <summary>Receives a message and forgets it.</summary>
    public static async Task SkipMultipartMessageAsync(this ZmqSocket socket)
    {
        while (await socket.SkipFrameAsync().ConfigureAwait(false))
        {
        }
    }
}
