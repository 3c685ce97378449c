using System.Buffers.Binary;

namespace SocketLab.Transport.Tcp;

/// <summary>How messages are told apart in a stream, which by itself has no boundaries.</summary>
public enum Framing
{
    /// <summary>Not at all: the client knows how many bytes it sent, and takes as many for the answer.</summary>
    None,
    /// <summary>Each message ends with a line feed.</summary>
    Line,
    /// <summary><c>length(4, big-endian) · body</c></summary>
    Length,
}

/// <summary>Messages into frames and back: pure functions over bytes, which neither send nor wait.</summary>
internal static class Frames
{
    /// <summary>What a peer may announce, or send without a line feed, before it is no longer believed.</summary>
    public const int MostBytes = 16 << 20;

    private const int HeaderBytes = 4;

    /// <summary>The bytes that stand for a message on the wire.</summary>
    public static ReadOnlyMemory<byte> Encode(Framing framing, ReadOnlyMemory<byte> message)
    {
        switch (framing)
        {
            case Framing.Line:
                return message.Span.EndsWith("\n"u8) ? message : (byte[])[.. message.Span, (byte)'\n'];
            case Framing.Length:
                var frame = new byte[HeaderBytes + message.Length];
                BinaryPrimitives.WriteInt32BigEndian(frame, message.Length);
                message.Span.CopyTo(frame.AsSpan(HeaderBytes));
                return frame;
            default:
                return message;
        }
    }

    /// <summary>How many bytes the first frame has; -1: it is not all there yet.</summary>
    /// <param name="framing">Where a frame ends.</param>
    /// <param name="received">What has come so far, from the beginning of a frame.</param>
    /// <param name="asSent">How long the frame was that we sent: all that no framing has to go by.</param>
    /// <exception cref="InvalidDataException">It is longer than <see cref="MostBytes"/>, or says that it will be.</exception>
    public static int Measure(Framing framing, ReadOnlySpan<byte> received, int asSent)
    {
        long length = framing switch
        {
            Framing.Line => received.IndexOf((byte)'\n') is >= 0 and var end ? end + 1 : -1,
            Framing.Length when received.Length >= HeaderBytes => HeaderBytes + (long)BinaryPrimitives.ReadUInt32BigEndian(received),
            Framing.Length => -1,
            _ => asSent,
        };
        if (framing != Framing.None && Math.Max(length, received.Length) > MostBytes + HeaderBytes)
        {
            throw new InvalidDataException(length > 0
                ? $"the next message announces {length - HeaderBytes:N0} bytes, more than {MostBytes:N0}: the peer does not frame by length"
                : $"{received.Length:N0} bytes with no line feed: the peer does not frame by lines");
        }
        return length <= received.Length ? (int)length : -1;
    }

    /// <summary>The message in a whole frame. A line keeps its line feed.</summary>
    public static ReadOnlySpan<byte> Body(Framing framing, ReadOnlySpan<byte> frame) => framing == Framing.Length ? frame[HeaderBytes..] : frame;
}
