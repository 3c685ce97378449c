using System.Text;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Commands in traffic (RFC 37, "Connection Heartbeating", "SUBSCRIBE", "CANCEL"): <c>name-length(1) · name · data</c>. A name that is
/// not known is passed over.
/// </summary>
internal sealed partial class Connection
{
    private const int LongestContext = 16;

    /// <returns>What is wrong with it, or null.</returns>
    private string? OnCommand(byte flags, ReadOnlySpan<byte> body)
    {
        Report(new ZmqEvent { Kind = ZmqEventKind.CommandReceived, WireFlags = flags, Bytes = body });
        if (body.Length < 1 || body[0] == 0 || body[0] > body.Length - 1)
        {
            return "protocol error: a command without a name";
        }
        var name = body.Slice(1, body[0]);
        var data = body[(1 + body[0])..];
        if (name.SequenceEqual("PING"u8))
        {
            return OnPing(data);
        }
        if (name.SequenceEqual("SUBSCRIBE"u8))
        {
            return Owner.OnTopic(Pipe, true, data);
        }
        if (name.SequenceEqual("CANCEL"u8))
        {
            return Owner.OnTopic(Pipe, false, data);
        }
        if (name.SequenceEqual("ERROR"u8))
        {
            return $"the peer reported an error: {Encoding.ASCII.GetString(data[Math.Min(1, data.Length)..])}";
        }
        return name.SequenceEqual("READY"u8) ? "protocol error: READY after the handshake" : null;
    }

    /// <summary>SUBSCRIBE and CANCEL are commands from ZMTP 3.1 on; before, messages that begin with 1 or 0 (RFC 23).</summary>
    public void SendTopic(bool subscribe, ReadOnlySpan<byte> topic)
    {
        byte[] body = _peerMinor == 0
            ? [(byte)(subscribe ? 1 : 0), .. topic]
            : subscribe ? [9, .. "SUBSCRIBE"u8, .. topic] : [6, .. "CANCEL"u8, .. topic];
        SendCommand(body, isMessage: _peerMinor == 0);
    }

    private void SendCommand(ReadOnlySpan<byte> body, bool isMessage = false)
    {
        Span<byte> header = stackalloc byte[9];
        int length = StreamPipe.EncodeHeader(header, body.Length, more: false);
        if (!isMessage)
        {
            header[0] |= 4;
        }
        byte[] wire = [.. header[..length], .. body];
        Pipe.SendCommand(wire);
    }

    /// <summary>PING is <c>ttl(2, tenths of a second) · context(0..16)</c>; PONG returns the context.</summary>
    private string? OnPing(ReadOnlySpan<byte> data)
    {
        if (data.Length is < 2 or > 2 + LongestContext)
        {
            return "protocol error: a PING of a wrong length";
        }
        _ttlMs = ((data[0] << 8) | data[1]) * 100;
        SendCommand([4, .. "PONG"u8, .. data[2..]]);
        return null;
    }
}
