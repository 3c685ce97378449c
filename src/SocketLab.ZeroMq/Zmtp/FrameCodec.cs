using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace SocketLab.ZeroMq.Zmtp;

/// <summary>
/// Frames (RFC 23 and RFC 37, "Framing"). After the greeting, everything on a connection is a frame:
/// <code>
/// flags(1) · length(1, or 8 big-endian) · body
///
/// flags   bit 0  MORE     another frame of the same message follows
///         bit 1  LONG     the length takes 8 octets
///         bit 2  COMMAND  the body is a command for the engine, not part of a message; never with MORE
///         bits 3 to 7 are zero
/// </code>
/// A message is one frame or more: all but the last have MORE. A command is always one frame, and may stand between two frames of a
/// message. A long frame with a short length is legal.
/// </summary>
internal static class FrameCodec
{
    public const byte More = 1, Long = 2, Command = 4;
    public const int ShortHeader = 2, LongHeader = 9, LongestShortBody = 255;

    /// <summary>What <see cref="ReadHeader"/> returns when more bytes must come first, and when no more bytes can mend it.</summary>
    public const int NeedMore = 0, Illegal = -1;

    /// <summary>
    /// Reads the header at the front of <paramref name="bytes"/>. The length is what the peer announced, up to 2^64-1: compare it with a
    /// limit before anything else is done with it, and never allocate by it.
    /// </summary>
    /// <returns>How many octets the header takes; or <see cref="NeedMore"/>; or <see cref="Illegal"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ReadHeader(ReadOnlySpan<byte> bytes, out byte flags, out ulong length)
    {
        flags = 0;
        length = 0;
        if (bytes.Length < ShortHeader)
        {
            return bytes.Length == 0 || IsLegal(flags = bytes[0]) ? NeedMore : Illegal;
        }
        flags = bytes[0];
        if (!IsLegal(flags))
        {
            return Illegal;
        }
        if ((flags & Long) == 0)
        {
            length = bytes[1];
            return ShortHeader;
        }
        return BinaryPrimitives.TryReadUInt64BigEndian(bytes[1..], out length) ? LongHeader : NeedMore;
    }

    /// <summary>Legal are 00, 01, 02, 03, 04 and 06: no reserved bit, and no COMMAND with MORE.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsLegal(byte flags) => flags <= 4 || flags == (Command | Long);

    /// <summary>Writes the header of a message's frame, the short form whenever it will do.</summary>
    /// <returns>How many octets it takes: 2 or 9.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int WriteHeader(Span<byte> to, int length, bool more)
    {
        byte flags = more ? More : (byte)0;
        if (length <= LongestShortBody)
        {
            to[0] = flags;
            to[1] = (byte)length;
            return ShortHeader;
        }
        to[0] = (byte)(flags | Long);
        BinaryPrimitives.WriteInt64BigEndian(to[1..], length);
        return LongHeader;
    }

    /// <summary>A whole frame, for what is rare and short: commands, and subscriptions as messages.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> body, bool isCommand)
    {
        Span<byte> header = stackalloc byte[LongHeader];
        int length = WriteHeader(header, body.Length, more: false);
        header[0] |= isCommand ? Command : (byte)0;
        return [.. header[..length], .. body];
    }
}
