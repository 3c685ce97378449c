using System.Buffers.Binary;
using System.Text;

namespace SocketLab.ZeroMq.Internal;

/// <summary>Greeting and READY as bytes (RFC 37, "Greeting", "The NULL Security Mechanism").</summary>
internal static class Greeting
{
    public const int Length = 64;

    /// <summary><c>signature ff 0(8) 7f · version 3 1 · mechanism "NULL"(20) · as-server 0 · filler 0(31)</c></summary>
    public static ReadOnlySpan<byte> Bytes =>
    [
        0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 1, (byte)'N', (byte)'U', (byte)'L', (byte)'L',
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>Why the bytes cannot be the beginning of a greeting that we accept; null while they can.</summary>
    public static string? Refuse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0 && bytes[0] != 0xff)
        {
            return "not ZeroMQ: " + Guess(bytes);
        }
        if (bytes.Length > 9 && (bytes[9] & 1) == 0)
        {
            return "the peer speaks ZMTP 1.0, which is too old (this engine speaks 3.0 and 3.1)";
        }
        if (bytes.Length > 10 && bytes[10] < 3)
        {
            return $"the peer speaks ZMTP {(bytes[10] == 0 ? "1.0" : "2.0")}, which is too old (this engine speaks 3.0 and 3.1)";
        }
        if (bytes.Length >= 32 && !bytes[12..32].SequenceEqual(Bytes[12..32]))
        {
            string name = Encoding.ASCII.GetString(bytes[12..32]).TrimEnd('\0');
            return $"the peer wants the security mechanism {name}, and this engine has NULL";
        }
        return null;
    }

    private static string Guess(ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] == 0x16)
        {
            return "the peer speaks TLS";
        }
        ReadOnlySpan<byte> methods = "GPHODCT"u8;
        if (methods.Contains(bytes[0]))
        {
            return "the peer speaks HTTP or another text protocol";
        }
        return bytes[0] is >= 0x20 and < 0x7f or 0x0d or 0x0a
            ? "the peer sends text (telnet?)"
            : bytes.Length > 1 && bytes[1] == 0 ? "perhaps ZMTP 1.0, which is too old" : "the bytes are no greeting";
    }
}

/// <summary>READY and ERROR: <c>flags · length · 5 "READY" · (name-length(1) · name · value-length(4) · value)*</c></summary>
internal static class NullHandshake
{
    private static readonly string[] Names =
        ["PAIR", "PUB", "SUB", "REQ", "REP", "DEALER", "ROUTER", "PULL", "PUSH", "XPUB", "XSUB"];

    public static byte[] Ready(ZmqSocketType type, byte[] identity)
    {
        List<byte> body = [5, .. "READY"u8];
        Property(body, "Socket-Type"u8, Encoding.ASCII.GetBytes(Names[(int)type]));
        if (type is ZmqSocketType.Req or ZmqSocketType.Dealer or ZmqSocketType.Router)
        {
            Property(body, "Identity"u8, identity);
        }
        return Frame(body);
    }

    public static byte[] Error(string reason)
    {
        byte[] text = Encoding.ASCII.GetBytes(reason);
        text = text.Length > 255 ? text[..255] : text;
        return Frame([5, .. "ERROR"u8, (byte)text.Length, .. text]);
    }

    /// <returns>Why the peer is refused, or null.</returns>
    public static string? Read(ReadOnlySpan<byte> body, ZmqSocketType mine, out string? type, out byte[] identity)
    {
        type = null;
        identity = [];
        if (body.Length > 6 && body[0] == 5 && body[1..6].SequenceEqual("ERROR"u8))
        {
            return $"it reported an error: {Encoding.ASCII.GetString(body[7..])}";
        }
        if (body.Length < 6 || body[0] != 5 || !body[1..6].SequenceEqual("READY"u8))
        {
            return "it sent a command that is not READY";
        }
        for (var rest = body[6..]; rest.Length > 0;)
        {
            int nameLength = rest[0];
            if (nameLength == 0 || rest.Length < 1 + nameLength + 4)
            {
                return "its READY is malformed";
            }
            var name = rest.Slice(1, nameLength);
            uint valueLength = BinaryPrimitives.ReadUInt32BigEndian(rest[(1 + nameLength)..]);
            rest = rest[(5 + nameLength)..];
            if (valueLength > rest.Length)
            {
                return "its READY is malformed";
            }
            var value = rest[..(int)valueLength];
            rest = rest[(int)valueLength..];
            if (Ascii.EqualsIgnoreCase(name, "Socket-Type"u8))
            {
                type = Encoding.ASCII.GetString(value);
            }
            else if (Ascii.EqualsIgnoreCase(name, "Identity"u8))
            {
                if (value.Length > 255 || (value.Length > 0 && value[0] == 0))
                {
                    return "its identity is not allowed";
                }
                identity = value.ToArray();
            }
        }
        if (type is null)
        {
            return "its READY names no socket type";
        }
        int other = Array.IndexOf(Names, type);
        return other < 0 ? $"it has an unknown socket type {Printable(type)}"
            : Fits(mine, (ZmqSocketType)other) ? null
            : $"{Names[(int)mine]} does not talk to {type}";
    }

    /// <summary>Which types talk to which (RFC 28 to 31).</summary>
    public static bool Fits(ZmqSocketType a, ZmqSocketType b) => a switch
    {
        ZmqSocketType.Req => b is ZmqSocketType.Rep or ZmqSocketType.Router,
        ZmqSocketType.Rep => b is ZmqSocketType.Req or ZmqSocketType.Dealer,
        ZmqSocketType.Dealer => b is ZmqSocketType.Rep or ZmqSocketType.Dealer or ZmqSocketType.Router,
        ZmqSocketType.Router => b is ZmqSocketType.Req or ZmqSocketType.Dealer or ZmqSocketType.Router,
        ZmqSocketType.Pub or ZmqSocketType.Xpub => b is ZmqSocketType.Sub or ZmqSocketType.Xsub,
        ZmqSocketType.Sub or ZmqSocketType.Xsub => b is ZmqSocketType.Pub or ZmqSocketType.Xpub,
        ZmqSocketType.Push => b is ZmqSocketType.Pull,
        ZmqSocketType.Pull => b is ZmqSocketType.Push,
        ZmqSocketType.Pair => b is ZmqSocketType.Pair,
        _ => false,
    };

    public static string Name(ZmqSocketType type) => Names[(int)type];

    private static string Printable(string text) =>
        new([.. text.Take(32).Select(c => c is >= ' ' and < (char)127 ? c : '?')]);

    private static void Property(List<byte> body, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        body.Add((byte)name.Length);
        body.AddRange(name);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, value.Length);
        body.AddRange(length);
        body.AddRange(value);
    }

    private static byte[] Frame(List<byte> body)
    {
        if (body.Count <= 255)
        {
            return [4, (byte)body.Count, .. body];
        }
        var length = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, body.Count);
        return [6, .. length, .. body];
    }
}
