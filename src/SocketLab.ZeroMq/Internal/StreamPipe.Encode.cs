using System.Runtime.CompilerServices;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Reserve(int bytes)
    {
        if (_tailLimit - _tailEnd < bytes)
        {
            RentTail(bytes);
        }
        var room = _tail!.Bytes.AsSpan(_tailEnd, bytes);
        _tailEnd += bytes;
        return room;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RentTail(int bytes)
    {
        if (_tail is not null && !IsTailShared)
        {
            _nextChunkBytes = Math.Min(256 * 1024, _nextChunkBytes * 4);
        }
        LetGoOfTail();
        _tail = ChunkPool.Rent(Math.Max(_nextChunkBytes, bytes));
        _tailLimit = _tail.Bytes.Length;
    }

    /// <summary>What is in the tail becomes a segment; the next byte goes elsewhere.</summary>
    private void LetGoOfTail()
    {
        CloseTail();
        _tail?.Release();
        _tail = null;
        _tailStart = _tailEnd = _tailLimit = 0;
    }

    /// <summary>
    /// Messages that follow each other in a publisher's log are one run there. One that does not follow is copied, until the queue is empty
    /// again: a run of its own for each would cost more, and a queue that stands still would hold on to long chunks for a few bytes in each.
    /// </summary>
    private void AppendRun(PublisherLog.Run wire)
    {
        _queuedBytes += wire.Length;
        if (IsTailShared && _tail == wire.Chunk && _tailEnd == wire.Start)
        {
            _tailEnd = wire.End;
        }
        else if (_tailStart == _tailEnd || (IsTailShared && wire.Start == 0))
        {
            LetGoOfTail();
            _tail = wire.Chunk!;
            _tail.AddReferences(1);
            (_tailStart, _tailEnd) = (wire.Start, wire.End);
        }
        else
        {
            wire.Chunk!.Bytes.AsSpan(wire.Start, wire.Length).CopyTo(Reserve(wire.Length));
        }
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
