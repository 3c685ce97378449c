using System.Numerics;
using System.Runtime.CompilerServices;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Chunks by powers of two from 64 bytes to 1 MiB. Each thread keeps a magazine for each size; full and empty magazines are traded
/// through a shared depot, so that a thread which only rents and one which only returns still meet (one lock in 32 messages).
/// Longer arrays are left to the garbage collector, and so are those that nobody wanted between two full collections a second or more
/// apart: a crowd that came and went leaves nothing behind, and steady traffic never has to allocate again what it lost between two peaks.
/// </summary>
internal static class ChunkPool
{
    public const int SmallestBytes = 64, LargestBytes = 1 << 20;
    private const int Classes = 15;
    private static readonly Depot[] Depots = MakeDepots();

    [ThreadStatic]
    private static Magazine?[]? _magazines;

    public static Chunk Rent(int bytes)
    {
        int sizeClass = bytes <= SmallestBytes ? 0 : BitOperations.Log2((uint)bytes - 1) - 5;
        if (sizeClass >= Classes)
        {
            return new Chunk(GC.AllocateUninitializedArray<byte>(bytes), -1);
        }
        var magazine = Mine(sizeClass);
        if (magazine.Count == 0 && !Depots[sizeClass].Fill(magazine))
        {
            // Arrays lie by themselves, and are never moved. The chunks lie side by side then: both ends of an inproc connection read them, and
            // one end writes the array, which must not be on the same cache line.
            return new Chunk(GC.AllocateUninitializedArray<byte>(SmallestBytes << sizeClass, pinned: true), sizeClass);
        }
        return magazine.Items[--magazine.Count];
    }

    /// <summary>Takes back a chunk whose only reference is the caller's.</summary>
    public static void Return(Chunk chunk)
    {
        if (chunk.SizeClass < 0)
        {
            return;
        }
        var magazine = Mine(chunk.SizeClass);
        if (magazine.Count == magazine.Items.Length)
        {
            Depots[chunk.SizeClass].Take(magazine);
        }
        magazine.Items[magazine.Count++] = chunk;
    }

    private static Depot[] MakeDepots()
    {
        _ = new FullCollection();
        return [.. Enumerable.Range(0, Classes).Select(c => new Depot(c))];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Magazine Mine(int sizeClass) => _magazines?[sizeClass] ?? Make(sizeClass);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Magazine Make(int sizeClass) =>
        (_magazines ??= new Magazine?[Classes])[sizeClass] ??= new Magazine(Depots[sizeClass].MagazineSize);

    private sealed class Magazine(int size)
    {
        public readonly Chunk[] Items = new Chunk[size];
        public int Count;
    }

    /// <summary>Half a magazine at a time goes in and out; at most 128 MiB of one size are kept: what two ends may have queued between them.</summary>
    private sealed class Depot(int sizeClass)
    {
        public readonly int MagazineSize = sizeClass <= 10 ? 64 : 4;
        private readonly Chunk[] _items = new Chunk[Math.Max(8, Math.Min(8192, (128 << 20) / (SmallestBytes << sizeClass)))];
        private readonly Lock _lock = new();
        private int _count;
        // The fewest there were since the last full collection: so many were wanted by nobody.
        private int _idle;

        public bool Fill(Magazine magazine)
        {
            lock (_lock)
            {
                int n = Math.Min(_count, MagazineSize / 2);
                Array.Copy(_items, _count - n, magazine.Items, 0, n);
                Array.Clear(_items, _count - n, n);
                _count -= n;
                _idle = Math.Min(_idle, _count);
                magazine.Count = n;
                return n > 0;
            }
        }

        public void Take(Magazine magazine)
        {
            lock (_lock)
            {
                int n = MagazineSize / 2, kept = Math.Min(n, _items.Length - _count);
                magazine.Count -= n;
                Array.Copy(magazine.Items, magazine.Count, _items, _count, kept);
                _count += kept;
            }
        }

        public void DropIdle()
        {
            lock (_lock)
            {
                // From the bottom: what went in last goes out first, and may still be in the processor's cache.
                Array.Copy(_items, _idle, _items, 0, _count - _idle);
                Array.Clear(_items, _count - _idle, _idle);
                _count -= _idle;
                _idle = _count;
            }
        }
    }

    /// <summary>Nobody holds it, so each collection that reaches its generation ends in its finalizer: soon only the full ones do.</summary>
    private sealed class FullCollection
    {
        private const long LeastMs = 1000;
        private long _lastMs = Environment.TickCount64;

        ~FullCollection()
        {
            if (Environment.TickCount64 - _lastMs >= LeastMs)
            {
                _lastMs = Environment.TickCount64;
                foreach (var depot in Depots ?? [])
                {
                    depot.DropIdle();
                }
            }
            GC.ReRegisterForFinalize(this);
        }
    }
}
