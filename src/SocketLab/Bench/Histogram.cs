using System.Numerics;

namespace SocketLab.Bench;

/// <summary>
/// Durations counted in buckets, in fixed memory (214 KiB): from 0 ns to 60 s, each bucket at most a thousandth of its values wide, so
/// that every quantile has three significant digits. The layout is that of HdrHistogram: 1,024 equal buckets for each doubling.
/// </summary>
internal sealed class Histogram
{
    /// <summary>What is longer is counted as 60 s; <see cref="MaxNs"/> still tells its true length.</summary>
    public const long LongestNs = 60_000_000_000;

    private const int OctaveBits = 10;

    private readonly long[] _counts = new long[Index(LongestNs) + 1];
    private double _sum;

    public long Count { get; private set; }

    public long MinNs { get; private set; } = long.MaxValue;

    public long MaxNs { get; private set; }

    public double MeanNs => Count == 0 ? 0 : _sum / Count;

    public void Record(long ns)
    {
        ns = Math.Max(ns, 0);
        _counts[Index(Math.Min(ns, LongestNs))]++;
        Count++;
        _sum += ns;
        if (ns < MinNs)
        {
            MinNs = ns;
        }
        if (ns > MaxNs)
        {
            MaxNs = ns;
        }
    }

    public void Add(Histogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }
        Count += other.Count;
        _sum += other._sum;
        MinNs = Math.Min(MinNs, other.MinNs);
        MaxNs = Math.Max(MaxNs, other.MaxNs);
    }

    /// <summary>The duration that the fraction <paramref name="q"/> of all does not exceed; 0 without any.</summary>
    public long QuantileNs(double q)
    {
        var rank = Math.Clamp((long)Math.Ceiling(q * Count), 1, Math.Max(Count, 1));
        // The extremes are known exactly.
        if (rank == Count || Count == 0)
        {
            return MaxNs;
        }
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                var (from, width) = Bucket(i);
                return Math.Clamp(from + ((width - 1) / 2), MinNs, MaxNs);
            }
        }
        return MaxNs;
    }

    /// <summary>The buckets that hold something, in order: where each begins, its width, and how many are in it.</summary>
    public IEnumerable<(long FromNs, long WidthNs, long Count)> Buckets()
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] > 0)
            {
                var (from, width) = Bucket(i);
                yield return (from, width, _counts[i]);
            }
        }
    }

    private static int Index(long ns)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)ns) - OctaveBits);
        return (shift << OctaveBits) + (int)(ns >> shift);
    }

    private static (long From, long Width) Bucket(int index)
    {
        var shift = Math.Max(0, (index >> OctaveBits) - 1);
        return ((long)(index - (shift << OctaveBits)) << shift, 1L << shift);
    }
}
