using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq.Tests.Hostile;

/// <summary>Pooled memory: kept for those who use it, given back when nobody does.</summary>
[Collection(Alone.Name)]
public class ChunkPoolTests
{
    [Fact]
    public void What_a_crowd_left_in_the_pool_is_given_back()
    {
        var before = Holdings.Now();
        Crowd(megabytes: 48);
        before.AssertHeld(8);
    }

    [Fact]
    public void What_is_rented_again_and_again_outlives_collections()
    {
        const int Bytes = 256 * 1024;
        var first = RentAndReturn(Bytes);
        for (int i = 0; i < 4; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.Same(first, RentAndReturn(Bytes));
        }

        static byte[] RentAndReturn(int bytes)
        {
            var chunk = ChunkPool.Rent(bytes);
            chunk.Release();
            return chunk.Bytes;
        }
    }

    private static void Crowd(int megabytes)
    {
        var chunks = Enumerable.Range(0, megabytes * 16).Select(_ => ChunkPool.Rent(64 * 1024)).ToList();
        chunks.ForEach(chunk => chunk.Release());
    }
}
