using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Where a publisher encodes: each message once, one behind the other, in a chunk that the queues of all its subscribers point into. A queue
/// of messages that lie side by side is then one run of bytes, and what fifty subscribers are sent is in the core's cache from the second on.
/// </summary>
internal sealed class PublisherLog
{
    private const int LeastBytes = 16 * 1024, MostBytes = 256 * 1024;
    private Chunk? _chunk;
    private int _end, _nextBytes = LeastBytes;

    /// <summary>Encodes a message of at most <paramref name="most"/> bytes on the wire.</summary>
    public Run Encode(Span<Msg> message, int most)
    {
        var chunk = Room(most);
        int start = _end;
        for (int i = 0; i < message.Length; i++)
        {
            var body = message[i].Span;
            _end += FrameCodec.WriteHeader(chunk.Bytes.AsSpan(_end), body.Length, i < message.Length - 1);
            body.CopyTo(chunk.Bytes.AsSpan(_end));
            _end += body.Length;
        }
        return new Run(chunk, start, _end);
    }

    private Chunk Room(int bytes)
    {
        if (_end > 0 && _chunk!.References == 1)
        {
            // All that was in it has gone out.
            _end = 0;
        }
        if (_chunk is null || _chunk.Bytes.Length - _end < bytes)
        {
            _nextBytes = _chunk is null ? LeastBytes : Math.Min(MostBytes, _nextBytes * 2);
            _chunk?.Release();
            _chunk = ChunkPool.Rent(Math.Max(_nextBytes, bytes));
            _end = 0;
        }
        return _chunk;
    }

    /// <summary>A whole message on the wire, from <paramref name="Start"/> up to <paramref name="End"/>.</summary>
    public readonly record struct Run(Chunk? Chunk, int Start, int End)
    {
        public int Length => End - Start;
    }
}
