using System.Buffers.Binary;
using System.Text;

namespace SocketLab.ZeroMq.Zmtp;

/// <summary>
/// The NULL mechanism (RFC 37, "The NULL Security Mechanism"): no security, one command each way, and both may go at once.
/// <code>
/// READY     5 "READY" · property*
/// property  name-length(1) · name · value-length(4, big-endian) · value
/// ERROR     5 "ERROR" · reason-length(1) · reason
/// </code>
/// Properties: Socket-Type must be there; Identity (0 to 255 octets, the first not zero) is the name under which a ROUTER may know the
/// peer; others are passed over. Names are compared without regard to case, but libzmq does not, so they are written exactly so.
/// </summary>
internal static class NullHandshake
{
    /// <summary>What a READY may be long; ours has 52 octets at most, and an identity.</summary>
    public const int LongestReady = 4096;
    private const string Malformed = "its READY is malformed";

    /// <summary>The READY frame of a socket.</summary>
    public static byte[] Ready(ZmqSocketType type, byte[] identity)
    {
        List<byte> body = [5, .. "READY"u8];
        Add(body, "Socket-Type"u8, Encoding.ASCII.GetBytes(SocketTypes.Name(type)));
        if (SocketTypes.GivesIdentity(type))
        {
            Add(body, "Identity"u8, identity);
        }
        return FrameCodec.Frame([.. body], isCommand: true);
    }

    /// <summary>Reads the command that the peer sent after its greeting: READY, if all is well.</summary>
    /// <param name="body">The body of the command frame.</param>
    /// <param name="mine">The type of our socket.</param>
    public static PeerReady Read(ReadOnlySpan<byte> body, ZmqSocketType mine)
    {
        if (!Command.TryRead(body, out var command))
        {
            return PeerReady.Refused("it sent a command without a name instead of READY");
        }
        if (command.Is("ERROR"u8))
        {
            return command.TryReadError(out string reason)
                ? new PeerReady { Reason = $"the peer reported an error: {reason}", IsError = true }
                : PeerReady.Refused("its ERROR is malformed");
        }
        return command.Is("READY"u8)
            ? ReadProperties(command.Data, mine)
            : PeerReady.Refused("it sent a command that is not READY");
    }

    private static PeerReady ReadProperties(ReadOnlySpan<byte> rest, ZmqSocketType mine)
    {
        var peer = new PeerReady();
        while (rest.Length > 0)
        {
            if (!TryTake(ref rest, out var name, out var value))
            {
                return peer with { Reason = Malformed };
            }
            if (Ascii.EqualsIgnoreCase(name, "Socket-Type"u8))
            {
                peer = Judge(peer with { Type = PlainText.Of(value) }, value, mine);
            }
            else if (Ascii.EqualsIgnoreCase(name, "Identity"u8))
            {
                bool isLegal = value.Length <= 255 && (value.Length == 0 || value[0] != 0);
                peer = isLegal ? peer with { Identity = value.ToArray() } : peer with { Reason = "its identity is not allowed" };
            }
            if (peer.Reason is not null)
            {
                return peer;
            }
        }
        return peer.Type is null ? peer with { Reason = "its READY names no socket type" } : peer;
    }

    /// <summary>Each Socket-Type is judged, should there be more than one: none may hide behind another.</summary>
    private static PeerReady Judge(PeerReady peer, ReadOnlySpan<byte> type, ZmqSocketType mine) =>
        !SocketTypes.TryParse(type, out var other) ? peer with { Reason = $"it has an unknown socket type {peer.Type}" }
        : !SocketTypes.Fit(mine, other) ? peer with { Reason = $"{SocketTypes.Name(mine)} does not talk to {peer.Type}" }
        : peer;

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        int nameLength = rest[0];
        if (nameLength == 0 || rest.Length < 1 + nameLength + 4)
        {
            return false;
        }
        name = rest.Slice(1, nameLength);
        uint valueLength = BinaryPrimitives.ReadUInt32BigEndian(rest[(1 + nameLength)..]);
        rest = rest[(1 + nameLength + 4)..];
        if (valueLength > rest.Length)
        {
            return false;
        }
        value = rest[..(int)valueLength];
        rest = rest[(int)valueLength..];
        return true;
    }

    private static void Add(List<byte> body, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        body.Add((byte)name.Length);
        body.AddRange(name);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, value.Length);
        body.AddRange(length);
        body.AddRange(value);
    }
}

/// <summary>What the peer's READY said, or why it is refused.</summary>
internal sealed record PeerReady
{
    public string? Type { get; init; }

    public byte[] Identity { get; init; } = [];

    /// <summary>Why the peer is refused; null when it is not.</summary>
    public string? Reason { get; init; }

    /// <summary>The peer sent ERROR instead: it will have nothing to do with us as we are.</summary>
    public bool IsError { get; init; }

    public static PeerReady Refused(string reason) => new() { Reason = reason };
}
