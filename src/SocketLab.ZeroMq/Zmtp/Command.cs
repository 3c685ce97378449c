namespace SocketLab.ZeroMq.Zmtp;

/// <summary>
/// The body of a command frame (RFC 37, "Commands"): <c>name-length(1) · name · data</c>. What follows the handshake:
/// <code>
/// PING       4 "PING" · ttl(2, big-endian, tenths of a second) · context(0..16)    "Connection Heartbeating"
/// PONG       4 "PONG" · context                                                    the context of the PING
/// SUBSCRIBE  9 "SUBSCRIBE" · topic                                                 "Publish-Subscribe"; from 3.1 on
/// CANCEL     6 "CANCEL" · topic
/// ERROR      5 "ERROR" · reason-length(1) · reason                                 and then the connection ends
/// </code>
/// A command with a name that is not known is passed over: that is how later versions can add some.
/// </summary>
internal readonly ref struct Command
{
    public const int LongestContext = 16, LongestReason = 255;
    private const int TtlBytes = 2;

    private Command(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        Name = name;
        Data = data;
    }

    public ReadOnlySpan<byte> Name { get; }

    public ReadOnlySpan<byte> Data { get; }

    /// <returns>False when there is no name, or it is longer than the body.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, out Command command)
    {
        command = default;
        if (body.Length == 0 || body[0] == 0 || body[0] >= body.Length)
        {
            return false;
        }
        command = new Command(body.Slice(1, body[0]), body[(1 + body[0])..]);
        return true;
    }

    public bool Is(ReadOnlySpan<byte> name) => Name.SequenceEqual(name);

    /// <summary>
    /// Reads the data of a PING. libzmq 4.3.4 answers one that is too short with bytes of its own memory; here it is an error.
    /// </summary>
    /// <param name="ttlMs">Within how long the peer will show another sign of life, in milliseconds; 0: it does not say.</param>
    /// <param name="context">What the PONG must bring back.</param>
    public bool TryReadPing(out int ttlMs, out ReadOnlySpan<byte> context)
    {
        ttlMs = 0;
        context = default;
        if (Data.Length is < TtlBytes or > TtlBytes + LongestContext)
        {
            return false;
        }
        ttlMs = ((Data[0] << 8) | Data[1]) * 100;
        context = Data[TtlBytes..];
        return true;
    }

    /// <summary>Reads the data of an ERROR; the reason is made fit to be shown.</summary>
    public bool TryReadError(out string reason)
    {
        bool whole = Data.Length > 0 && Data[0] < Data.Length;
        reason = whole ? PlainText.Of(Data.Slice(1, Data[0])) : "";
        return whole;
    }

    /// <summary>A PING frame. The time to live is told in tenths of a second, and what is left over is cut off.</summary>
    public static byte[] Ping(int ttlMs)
    {
        int tenths = Math.Clamp(ttlMs / 100, 0, ushort.MaxValue);
        return FrameCodec.Frame([4, .. "PING"u8, (byte)(tenths >> 8), (byte)tenths], isCommand: true);
    }

    public static byte[] Pong(ReadOnlySpan<byte> context) => FrameCodec.Frame([4, .. "PONG"u8, .. context], isCommand: true);

    public static byte[] Error(string reason)
    {
        var text = PlainText.Bytes(reason);
        return FrameCodec.Frame([5, .. "ERROR"u8, (byte)text.Length, .. text], isCommand: true);
    }

    /// <summary>SUBSCRIBE or CANCEL; to a peer of version 3.0 as a message, <c>1 topic</c> or <c>0 topic</c> (RFC 23).</summary>
    public static byte[] Topic(bool subscribe, ReadOnlySpan<byte> topic, int peerMinor) => (peerMinor, subscribe) switch
    {
        (0, _) => FrameCodec.Frame([subscribe ? (byte)1 : (byte)0, .. topic], isCommand: false),
        (_, true) => FrameCodec.Frame([9, .. "SUBSCRIBE"u8, .. topic], isCommand: true),
        _ => FrameCodec.Frame([6, .. "CANCEL"u8, .. topic], isCommand: true),
    };
}
