using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SocketLab.ZeroMq;

/// <summary>Receiving, in the shapes that programs want. What takes no time-out waits; what is called Try… does not wait, or only so long.</summary>
public static partial class ReceivingSocketExtensions
{
    private static TimeSpan Infinite => SendReceiveConstants.InfiniteTimeout;

    /// <summary>Receives one frame, waiting for it.</summary>
    public static void Receive(this IReceivingSocket socket, ref Msg msg) => socket.TryReceive(ref msg, Infinite);

    /// <summary>Receives one frame as a new array.</summary>
    public static byte[] ReceiveFrameBytes(this IReceivingSocket socket) => socket.ReceiveFrameBytes(out _);

    /// <summary>Receives one frame as a new array, and whether another follows.</summary>
    public static byte[] ReceiveFrameBytes(this IReceivingSocket socket, out bool more)
    {
        TryBytes(socket, Infinite, out var bytes, out more);
        return bytes!;
    }

    /// <summary>Receives one frame as UTF-8 text.</summary>
    public static string ReceiveFrameString(this IReceivingSocket socket) =>
        socket.ReceiveFrameString(SendReceiveConstants.DefaultEncoding, out _);

    /// <summary>Receives one frame as UTF-8 text, and whether another follows.</summary>
    public static string ReceiveFrameString(this IReceivingSocket socket, out bool more) =>
        socket.ReceiveFrameString(SendReceiveConstants.DefaultEncoding, out more);

    /// <summary>Receives one frame as text.</summary>
    public static string ReceiveFrameString(this IReceivingSocket socket, Encoding encoding) =>
        socket.ReceiveFrameString(encoding, out _);

    /// <summary>Receives one frame as text, and whether another follows.</summary>
    public static string ReceiveFrameString(this IReceivingSocket socket, Encoding encoding, out bool more)
    {
        TryText(socket, Infinite, encoding, out var text, out more);
        return text!;
    }

    /// <summary>Receives a frame if one is there.</summary>
    public static bool TryReceiveFrameBytes(this IReceivingSocket socket, [NotNullWhen(true)] out byte[]? bytes) =>
        TryBytes(socket, TimeSpan.Zero, out bytes, out _);

    /// <summary>Receives a frame if one is there.</summary>
    public static bool TryReceiveFrameBytes(this IReceivingSocket socket, [NotNullWhen(true)] out byte[]? bytes, out bool more) =>
        TryBytes(socket, TimeSpan.Zero, out bytes, out more);

    /// <summary>Receives a frame if one comes in time.</summary>
    public static bool TryReceiveFrameBytes(
        this IReceivingSocket socket, TimeSpan timeout, [NotNullWhen(true)] out byte[]? bytes) =>
        TryBytes(socket, timeout, out bytes, out _);

    /// <summary>Receives a frame if one comes in time.</summary>
    public static bool TryReceiveFrameBytes(
        this IReceivingSocket socket, TimeSpan timeout, [NotNullWhen(true)] out byte[]? bytes, out bool more) =>
        TryBytes(socket, timeout, out bytes, out more);

    /// <summary>Receives a frame of UTF-8 text if one is there.</summary>
    public static bool TryReceiveFrameString(this IReceivingSocket socket, [NotNullWhen(true)] out string? frameString) =>
        TryText(socket, TimeSpan.Zero, SendReceiveConstants.DefaultEncoding, out frameString, out _);

    /// <summary>Receives a frame of UTF-8 text if one is there.</summary>
    public static bool TryReceiveFrameString(
        this IReceivingSocket socket, [NotNullWhen(true)] out string? frameString, out bool more) =>
        TryText(socket, TimeSpan.Zero, SendReceiveConstants.DefaultEncoding, out frameString, out more);

    /// <summary>Receives a frame of text if one is there.</summary>
    public static bool TryReceiveFrameString(
        this IReceivingSocket socket, Encoding encoding, [NotNullWhen(true)] out string? frameString) =>
        TryText(socket, TimeSpan.Zero, encoding, out frameString, out _);

    /// <summary>Receives a frame of text if one is there.</summary>
    public static bool TryReceiveFrameString(
        this IReceivingSocket socket, Encoding encoding, [NotNullWhen(true)] out string? frameString, out bool more) =>
        TryText(socket, TimeSpan.Zero, encoding, out frameString, out more);

    /// <summary>Receives a frame of UTF-8 text if one comes in time.</summary>
    public static bool TryReceiveFrameString(
        this IReceivingSocket socket, TimeSpan timeout, [NotNullWhen(true)] out string? frameString) =>
        TryText(socket, timeout, SendReceiveConstants.DefaultEncoding, out frameString, out _);

    /// <summary>Receives a frame of UTF-8 text if one comes in time.</summary>
    public static bool TryReceiveFrameString(
        this IReceivingSocket socket, TimeSpan timeout, [NotNullWhen(true)] out string? frameString, out bool more) =>
        TryText(socket, timeout, SendReceiveConstants.DefaultEncoding, out frameString, out more);

    /// <summary>Receives a frame of text if one comes in time.</summary>
    public static bool TryReceiveFrameString(
        this IReceivingSocket socket, TimeSpan timeout, Encoding encoding, [NotNullWhen(true)] out string? frameString) =>
        TryText(socket, timeout, encoding, out frameString, out _);

    /// <summary>Receives a frame of text if one comes in time.</summary>
    public static bool TryReceiveFrameString(
        this IReceivingSocket socket, TimeSpan timeout, Encoding encoding, [NotNullWhen(true)] out string? frameString,
        out bool more) =>
        TryText(socket, timeout, encoding, out frameString, out more);

    /// <summary>Receives a frame and forgets it.</summary>
    public static void SkipFrame(this IReceivingSocket socket) => socket.TrySkipFrame(Infinite, out _);

    /// <summary>Receives a frame and forgets it, but for whether another follows.</summary>
    public static void SkipFrame(this IReceivingSocket socket, out bool more) => socket.TrySkipFrame(Infinite, out more);

    /// <summary>Receives a frame and forgets it, if one is there.</summary>
    public static bool TrySkipFrame(this IReceivingSocket socket) => socket.TrySkipFrame(TimeSpan.Zero, out _);

    /// <summary>Receives a frame and forgets it, if one is there.</summary>
    public static bool TrySkipFrame(this IReceivingSocket socket, out bool more) => socket.TrySkipFrame(TimeSpan.Zero, out more);

    /// <summary>Receives a frame and forgets it, if one comes in time.</summary>
    public static bool TrySkipFrame(this IReceivingSocket socket, TimeSpan timeout) => socket.TrySkipFrame(timeout, out _);

    /// <summary>Receives a frame and forgets it, if one comes in time.</summary>
    public static bool TrySkipFrame(this IReceivingSocket socket, TimeSpan timeout, out bool more)
    {
        var msg = default(Msg);
        bool got = socket.TryReceive(ref msg, timeout);
        more = got && msg.HasMore;
        msg.Drop();
        return got;
    }

    /// <summary>Waits for the signal that <see cref="OutgoingSocketExtensions.SignalOK"/> sends: true for success.</summary>
    public static bool ReceiveSignal(this IReceivingSocket socket)
    {
        socket.TryReceiveSignal(Infinite, out bool signal);
        return signal;
    }

    /// <summary>Takes a signal if one is there.</summary>
    public static bool TryReceiveSignal(this IReceivingSocket socket, out bool signal) =>
        socket.TryReceiveSignal(TimeSpan.Zero, out signal);

    /// <summary>Takes a signal if one comes in time; frames that are no signal are skipped.</summary>
    public static bool TryReceiveSignal(this IReceivingSocket socket, TimeSpan timeout, out bool signal)
    {
        var deadline = Internal.Deadline.After(timeout);
        while (TryBytes(socket, deadline.Remaining, out var bytes, out bool more))
        {
            if (!more && bytes!.Length == 8)
            {
                ulong value = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes);
                if (value >> 8 == OutgoingSocketExtensions.SignalMark)
                {
                    signal = (value & 0xff) == 0;
                    return true;
                }
            }
        }
        signal = false;
        return false;
    }

    private static bool TryBytes(IReceivingSocket socket, TimeSpan timeout, [NotNullWhen(true)] out byte[]? bytes, out bool more)
    {
        var msg = default(Msg);
        bool got = socket.TryReceive(ref msg, timeout);
        bytes = got ? msg.ToArray() : null;
        more = got && msg.HasMore;
        msg.Drop();
        return got;
    }

    private static bool TryText(
        IReceivingSocket socket, TimeSpan timeout, Encoding encoding, [NotNullWhen(true)] out string? text, out bool more)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        var msg = default(Msg);
        bool got = socket.TryReceive(ref msg, timeout);
        text = got ? encoding.GetString(msg.Span) : null;
        more = got && msg.HasMore;
        msg.Drop();
        return got;
    }
}
