using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Encoding, under the gate: frames are <c>flags(1) · length(1, or 8 big-endian) · body</c> (RFC 37, "Framing"), one behind the other in the
/// last chunk; a long body stays where it is and goes out between two parts of the chunk.
/// </summary>
internal sealed partial class StreamPipe
{
    private void AppendFrame(ref Msg frame, bool more)
    {
        if (Owner.Options.Conflate && !more)
        {
            DropQueued();
        }
        int length = frame.Size;
        if (length <= CopyLimitBytes)
        {
            var room = Reserve(length + 9);
            int header = FrameCodec.WriteHeader(room, length, more);
            frame.Span.CopyTo(room[header..]);
            _tailEnd -= 9 - header;
            _queuedBytes += header + length;
            return;
        }
        // A long body is not copied: it goes out from where it is, between two parts of the chunk.
        var space = Reserve(9);
        FrameCodec.WriteHeader(space, length, more);
        CloseTail();
        frame.Own();
        _queue.Add(new Segment(frame.Owner, frame.Data!, frame.Offset, frame.Offset + length, more ? 0 : 1, false));
        frame.Share();
        _queuedBytes += 9 + length;
        _countedInSegment = !more;
    }

    private bool _countedInSegment;

    private Span<byte> Reserve(int bytes)
    {
        if (_tail is null || _tail.Bytes.Length - _tailEnd < bytes)
        {
            if (_tail is not null)
            {
                _nextChunkBytes = Math.Min(256 * 1024, _nextChunkBytes * 4);
            }
            CloseTail();
            _tail?.Release();
            _tail = ChunkPool.Rent(Math.Max(_nextChunkBytes, bytes));
            _tailStart = _tailEnd = 0;
        }
        var room = _tail.Bytes.AsSpan(_tailEnd, bytes);
        _tailEnd += bytes;
        return room;
    }

    /// <summary>What is in the tail becomes a segment; the chunk goes on after it.</summary>
    private void CloseTail()
    {
        if (_tail is not null && _tailEnd > _tailStart)
        {
            _tail.AddReferences(1);
            _queue.Add(new Segment(_tail, _tail.Bytes, _tailStart, _tailEnd, _tailMessages, false));
            _tailStart = _tailEnd;
            _tailMessages = 0;
        }
    }

    /// <summary>Bytes to be sent, and how many messages end in them.</summary>
    private readonly record struct Segment(Chunk? Owner, byte[] Bytes, int Start, int End, int Messages, bool IsControl);
}
