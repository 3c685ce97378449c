namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Where one thread receives: a chunk that is filled from front to back by several receives, and begun anew when all slices of it have
/// been let go. A connection that only waits holds no buffer.
/// </summary>
internal sealed class Arena
{
    public const int ChunkBytes = 256 * 1024, LeastRoom = 64 * 1024;
    private Chunk? _chunk;
    private int _used;

    /// <summary>A place for <paramref name="carried"/> bytes and at least 64 KiB after them: where they lie already, if they end where it is free.</summary>
    public (Chunk Chunk, int Offset) Place(int carried, Chunk? holder, int end)
    {
        if (carried > 0 && holder == _chunk && end == _used && _chunk!.Bytes.Length - _used >= LeastRoom)
        {
            return (_chunk, _used - carried);
        }
        if (_chunk is not null && _chunk.References == 1)
        {
            _used = 0;
        }
        if (_chunk is null || _chunk.Bytes.Length - _used < LeastRoom + carried)
        {
            _chunk?.Release();
            _chunk = ChunkPool.Rent(ChunkBytes);
            _used = 0;
        }
        return (_chunk, _used);
    }

    public void Used(int upTo) => _used = upTo;

    public void Clear()
    {
        _chunk?.Release();
        _chunk = null;
    }
}
