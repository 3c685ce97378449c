using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Checking: the one place where bytes from outside are judged (RFC 37, "Framing"). Behind it, frames are trusted.
/// Their shape is in <see cref="FrameCodec"/>.
/// </summary>
internal sealed partial class Connection
{
    private const int LongestCommand = 64 * 1024;
    private int _checked, _needed, _frames;
    private long _messageBytes, _messagesIn;

    /// <summary>Checks the frames from <paramref name="start"/> on and delivers the whole messages.</summary>
    /// <returns>Where the first message that is not complete begins.</returns>
    private int Scan(Chunk chunk, int start, int end)
    {
        var bytes = chunk.Bytes;
        int at = start + _checked, boundary = start, messages = 0, deliverable = 0, frames = _frames;
        long maxBytes = Owner.Options.MaxMsgSize < 0 ? long.MaxValue : Owner.Options.MaxMsgSize;
        bool observed = Owner.Observe is not null;
        string? error = null;
        _needed = 0;
        while (end > at)
        {
            if (frames == deliverable && !observed && maxBytes >= FrameCodec.LongestShortBody && PassShort(bytes.AsSpan(0, end), ref at) is > 0 and int passed)
            {
                frames += passed;
                messages += passed;
                _messagesIn += passed;
                deliverable = frames;
                boundary = at;
                continue;
            }
            int header = FrameCodec.ReadHeader(bytes.AsSpan(at, end - at), out byte flags, out ulong length);
            if (header <= 0)
            {
                error = header == FrameCodec.Illegal ? $"protocol error: a frame with flags 0x{flags:x2}" : null;
                break;
            }
            bool isCommand = (flags & FrameCodec.Command) != 0;
            if (isCommand ? length > LongestCommand : length > (ulong)(maxBytes - _messageBytes))
            {
                error = isCommand
                    ? $"protocol error: a command of {length} bytes"
                    : $"a message longer than the limit of {maxBytes} bytes";
                break;
            }
            if ((ulong)(end - at - header) < length)
            {
                _needed = (int)Math.Min((ulong)(at - start + header) + length, int.MaxValue / 2);
                break;
            }
            int body = at + header;
            at = body + (int)length;
            if (isCommand)
            {
                error = OnCommand(flags, bytes.AsSpan(body, (int)length));
                if (error is not null)
                {
                    break;
                }
                if (frames > deliverable)
                {
                    // It is carried along until the message is whole, so it counts as part of it: PINGs without end must not pile up.
                    _messageBytes += header + (long)length;
                    if (_messageBytes > maxBytes)
                    {
                        error = $"a message longer than the limit of {maxBytes} bytes";
                        break;
                    }
                }
                else if (messages == 0)
                {
                    // Between messages a command belongs to no batch.
                    boundary = at;
                }
                continue;
            }
            frames++;
            _messageBytes += (long)length;
            if (observed)
            {
                Report(new ZmqEvent
                {
                    Kind = ZmqEventKind.FrameReceived,
                    WireFlags = flags,
                    Bytes = bytes.AsSpan(body, (int)length),
                    MessageIndex = _messagesIn,
                    FrameIndex = frames - deliverable - 1,
                });
            }
            if ((flags & FrameCodec.More) == 0)
            {
                messages++;
                _messagesIn++;
                deliverable = frames;
                boundary = at;
                _messageBytes = 0;
            }
            else if (frames - deliverable >= Owner.Options.MaxFramesPerMessage)
            {
                error = $"a message of more than {Owner.Options.MaxFramesPerMessage} frames";
                break;
            }
        }
        if (messages > 0)
        {
            Deliver(chunk, start, boundary, messages, deliverable);
        }
        _frames = frames - deliverable;
        _checked = Math.Max(0, at - boundary);
        if (_needed > 0)
        {
            _needed -= boundary - start;
        }
        if (error is not null)
        {
            Fail(error);
        }
        return boundary;
    }

    /// <summary>Most messages are one short frame. Passes over those that are, whole, up to the first that is anything else.</summary>
    /// <returns>How many they were.</returns>
    private static int PassShort(ReadOnlySpan<byte> bytes, ref int at)
    {
        int passed = 0, from = at;
        while (bytes.Length - from >= FrameCodec.ShortHeader && bytes[from] == 0)
        {
            int next = from + FrameCodec.ShortHeader + bytes[from + 1];
            if (next > bytes.Length)
            {
                break;
            }
            from = next;
            passed++;
        }
        at = from;
        return passed;
    }

    private void Deliver(Chunk chunk, int start, int end, int messages, int frames)
    {
        if (Owner.TakesMessageOnArrival(Pipe, chunk.Bytes.AsSpan(start, end - start)))
        {
            return;
        }
        Pipe.Deliver(chunk, start, end, messages, frames);
    }
}
