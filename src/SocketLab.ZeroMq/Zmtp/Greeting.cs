using System.Text;

namespace SocketLab.ZeroMq.Zmtp;

/// <summary>
/// The greeting (RFC 37, "The Greeting"): the first 64 octets each way, sent without waiting for the other side's.
/// <code>
/// octet  0      signature, ff
///        1-8    padding: zeros from us, ignored from others (libzmq puts the length of its identity there, as ZMTP 1.0 did)
///        9      signature, 7f; only bit 0 counts, and tells 2.0 and later from 1.0
///        10-11  version, major and minor: 3 and 1
///        12-31  mechanism, "NULL", padded with zeros
///        32     as-server: 0, and of no meaning with NULL
///        33-63  filler: zeros from us, ignored from others
/// </code>
/// Any major version from 3 on is taken: a newer peer lowers itself to ours. Minor 0 (NetMQ) means that subscriptions go as messages.
/// </summary>
internal static class Greeting
{
    public const int Length = 64;
    private const int SignatureEnd = 9, Major = 10, Minor = 11, Mechanism = 12, MechanismEnd = 32;

    /// <summary>What we send, and it never varies.</summary>
    public static ReadOnlySpan<byte> Bytes =>
    [
        0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 1, (byte)'N', (byte)'U', (byte)'L', (byte)'L',
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>The version in a whole greeting.</summary>
    public static (byte Major, byte Minor) Version(ReadOnlySpan<byte> greeting) => (greeting[Major], greeting[Minor]);

    /// <summary>
    /// Why the bytes cannot be the beginning of a greeting that we accept; null while they can. Ask it of every beginning: a stranger is
    /// known by the first octet, and need not be waited for.
    /// </summary>
    public static string? Refuse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0 && bytes[0] != 0xff)
        {
            return "not ZeroMQ: " + Guess(bytes[0]);
        }
        if (bytes.Length > SignatureEnd && (bytes[SignatureEnd] & 1) == 0)
        {
            return "the peer speaks ZMTP 1.0, which is too old (this engine speaks 3.0 and 3.1)";
        }
        if (bytes.Length > Major && bytes[Major] < 3)
        {
            return $"the peer speaks ZMTP {(bytes[Major] == 0 ? "1.0" : "2.0")}, which is too old (this engine speaks 3.0 and 3.1)";
        }
        if (bytes.Length >= MechanismEnd && !bytes[Mechanism..MechanismEnd].SequenceEqual(Bytes[Mechanism..MechanismEnd]))
        {
            string name = PlainText.Of(bytes[Mechanism..MechanismEnd].TrimEnd((byte)0));
            return $"the peer wants the security mechanism \"{name}\", and this engine has NULL";
        }
        return null;
    }

    /// <summary>
    /// Who sends such bytes to a port of ZeroMQ? Most often somebody who has mistaken the port. The first octet alone decides, so that the
    /// answer does not depend on how many came with it.
    /// </summary>
    private static string Guess(byte first) => first switch
    {
        0x16 => "the peer speaks TLS",
        _ when "GPHODCT"u8.Contains(first) => "the peer speaks HTTP or another text protocol",
        0x0d or 0x0a or >= 0x20 and < 0x7f => "the peer sends text (telnet?)",
        < 0x20 => "perhaps ZMTP 1.0, which is too old; else the bytes are no greeting",
        _ => "the bytes are no greeting",
    };
}

/// <summary>Text from outside, fit to be shown: printable ASCII as it is, everything else as a question mark, and not too much of it.</summary>
internal static class PlainText
{
    private const int Longest = 255;

    public static string Of(ReadOnlySpan<byte> bytes) =>
        string.Create(Math.Min(bytes.Length, Longest), bytes, static (text, from) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = from[i] is >= 0x20 and < 0x7f ? (char)from[i] : '?';
            }
        });

    /// <summary>The same for what goes out: an ERROR's reason is of VCHAR and space (RFC 37).</summary>
    public static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(Of(Encoding.Latin1.GetBytes(text)));
}
