namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Pooled bytes with a reference count. Receive chunks, outgoing buffers and pool messages are all of this kind; whoever lets go of
/// the last reference gives the array back to <see cref="ChunkPool"/>.
/// </summary>
internal sealed class Chunk(byte[] bytes, int sizeClass)
{
    public readonly byte[] Bytes = bytes;
    public readonly int SizeClass = sizeClass;
    private int _references = 1;

    public int References => Volatile.Read(ref _references);

    public void AddReferences(int count) => Interlocked.Add(ref _references, count);

    public void Release(int count = 1)
    {
        // The only holder needs no atomic operation: nobody else is there to race with.
        if (Volatile.Read(ref _references) == count || Interlocked.Add(ref _references, -count) == 0)
        {
            // In the pool each has the one reference with which it goes out again, so that renting writes nothing.
            _references = 1;
            ChunkPool.Return(this);
        }
    }
}
