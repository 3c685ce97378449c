using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Which bytes of an ended connection may go out again on the next: messages of which nothing was handed to the system. One that went
/// out in part is lost, and counted, never sent twice.
/// </summary>
internal sealed partial class StreamPipe
{
    private int KeepWholeMessages()
    {
        long sentUpTo = _flightOffset, total = 0, waiting = 0;
        for (int i = 0; i < _flight.Count; i++)
        {
            long bytes = _flight[i].End - _flight[i].Start;
            sentUpTo += i < _flightAt ? bytes : 0;
            total += bytes;
            if (i >= _flightAt)
            {
                waiting += _flight[i].Messages;
                _queuedBytes -= _flight[i].IsControl ? 0 : bytes;
            }
        }
        long keepFrom = total;
        bool cut = false, more = false;
        for (var frame = new FrameWalk(_flight); frame.MoveNext();)
        {
            if (frame.IsCommand)
            {
                continue;
            }
            if (!more && frame.Position >= sentUpTo)
            {
                keepFrom = frame.Position;
                break;
            }
            cut |= frame.Position < sentUpTo && (frame.End > sentUpTo || (frame.HasMore && frame.End == sentUpTo));
            more = frame.HasMore;
        }
        var kept = Clip(keepFrom);
        foreach (var segment in _flight)
        {
            segment.Owner?.Release();
        }
        _flight.Clear();
        _flightAt = _flightOffset = 0;
        long keptMessages = 0;
        foreach (var segment in kept)
        {
            keptMessages += segment.Messages;
            _queuedBytes += segment.End - segment.Start;
        }
        _queue.InsertRange(0, kept);
        int lost = cut ? 1 : 0;
        _queuedMessages -= waiting - keptMessages;
        _sentMessages += Math.Max(0, waiting - keptMessages - lost);
        return lost;
    }

    private List<Segment> Clip(long keepFrom)
    {
        List<Segment> kept = [];
        long at = 0;
        foreach (var segment in _flight)
        {
            long end = at + segment.End - segment.Start;
            if (end > keepFrom && !segment.IsControl)
            {
                segment.Owner?.AddReferences(1);
                kept.Add(segment with { Start = segment.Start + (int)Math.Max(0, keepFrom - at), Messages = 0 });
            }
            at = end;
        }
        // A message counts for the segment in which its last byte is.
        for (var frame = new FrameWalk(kept); frame.MoveNext();)
        {
            if (!frame.HasMore)
            {
                kept[frame.LastSegment] = kept[frame.LastSegment] with { Messages = kept[frame.LastSegment].Messages + 1 };
            }
        }
        return kept;
    }

    /// <summary>Walks the frames of segments. A header never lies across two; a body may be the whole of the next segment.</summary>
    private struct FrameWalk(List<Segment> segments)
    {
        private int _index, _offset;
        private long _base;
        private byte _flags;

        public long Position { get; private set; }

        public long End { get; private set; }

        public ArraySegment<byte> Body { get; private set; }

        public int LastSegment { get; private set; }

        public readonly byte Flags => _flags;

        public readonly bool HasMore => (_flags & FrameCodec.More) != 0;

        public readonly bool IsCommand => (_flags & FrameCodec.Command) != 0;

        public bool MoveNext()
        {
            while (_index < segments.Count && _offset >= segments[_index].End - segments[_index].Start)
            {
                int bytes = segments[_index].End - segments[_index].Start;
                _offset -= bytes;
                _base += bytes;
                _index++;
            }
            if (_index >= segments.Count)
            {
                return false;
            }
            var segment = segments[_index];
            int at = segment.Start + _offset;
            int header = FrameCodec.ReadHeader(segment.Bytes.AsSpan(at, segment.End - at), out _flags, out ulong announced);
            int length = (int)announced;
            bool inNext = at + header + length > segment.End;
            LastSegment = inNext ? _index + 1 : _index;
            Body = inNext
                ? new(segments[_index + 1].Bytes, segments[_index + 1].Start, length)
                : new(segment.Bytes, at + header, length);
            Position = _base + _offset;
            End = Position + header + length;
            _offset += header + length;
            return true;
        }
    }
}
