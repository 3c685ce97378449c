using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Internal;

/// <summary>Where the program is in the batch that it receives from: one frame after the other, handed out as slices of the chunk.</summary>
internal sealed partial class StreamPipe
{
    private Cursor _cursor;

    public override ReadOnlySpan<byte> PeekFirst(out bool more)
    {
        SkipCommands();
        ReadHeader(out more, out int body, out int length);
        return _cursor.Batch.Chunk!.Bytes.AsSpan(body, length);
    }

    public override void ReadFrame(ref Msg msg)
    {
        SkipCommands();
        ReadHeader(out bool more, out int body, out int length);
        Hand(ref msg, body, length, more);
    }

    /// <summary>Takes the next message if it is a single frame and the filter lets it pass, as most are; for others there is the long way.</summary>
    public bool TryReadSingle(ref Msg msg, Subscriptions? filter)
    {
        int at = _cursor.At;
        if (at >= _cursor.Batch.End)
        {
            return false;
        }
        byte[] bytes = _cursor.Batch.Chunk!.Bytes;
        if ((bytes[at] & ~FrameCodec.Long) != 0)
        {
            return false;
        }
        ReadHeader(out _, out int body, out int length);
        if (filter is not null && !filter.Matches(bytes.AsSpan(body, length)))
        {
            return false;
        }
        Hand(ref msg, body, length, more: false);
        return true;
    }

    private void Hand(ref Msg msg, int body, int length, bool more)
    {
        _cursor.At = body + length;
        _cursor.Unclaimed--;
        msg.SetSlice(_cursor.Batch.Chunk!, body, length, more);
        if (_cursor.At >= _cursor.Batch.End)
        {
            EndBatch();
        }
        else
        {
            Prefetch(_cursor.Batch.Chunk!.Bytes, _cursor.At);
        }
    }

    /// <summary>
    /// A program that serves many sockets in turn has lost the next message from its core's cache when it comes back. Fetched now, it is there.
    /// </summary>
    private static unsafe void Prefetch(byte[] bytes, int at)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref bytes[at])); // a hint: an array that moves meanwhile does no harm
        }
    }

    private void ReadHeader(out bool more, out int body, out int length)
    {
        var at = _cursor.Batch.Chunk!.Bytes.AsSpan(_cursor.At);
        more = (at[0] & FrameCodec.More) != 0;
        if ((at[0] & FrameCodec.Long) == 0)
        {
            length = at[1];
            body = _cursor.At + FrameCodec.ShortHeader;
        }
        else
        {
            length = (int)BinaryPrimitives.ReadInt64BigEndian(at[1..]);
            body = _cursor.At + FrameCodec.LongHeader;
        }
    }

    /// <summary>Commands were obeyed when they came; their bytes still stand between the frames.</summary>
    private void SkipCommands()
    {
        var bytes = _cursor.Batch.Chunk!.Bytes;
        while (_cursor.At < _cursor.Batch.End && (bytes[_cursor.At] & FrameCodec.Command) != 0)
        {
            ReadHeader(out _, out int body, out int length);
            _cursor.At = body + length;
        }
    }

    /// <summary>All that the next message needs, side by side.</summary>
    private struct Cursor
    {
        public Batch Batch;
        public int At;

        /// <summary>References to the chunk, counted for frames that have not been handed out.</summary>
        public int Unclaimed;
    }
}
