using FsCheck;
using FsCheck.Fluent;
using SocketLab.Bench;

namespace SocketLab.Tests.Bench;

public sealed class HistogramTests
{
    [Fact]
    public void Quantiles_are_exact_to_three_digits_from_a_microsecond_to_a_minute() => Prop.ForAll(
        // Some in the first tens of microseconds, some up to 54 s.
        Gen.OneOf(Gen.Choose(1_000, 25_000).Select(ns => (long)ns), Gen.Choose(1_000, int.MaxValue).Select(ns => ns * 25L)).NonEmptyListOf().ToArbitrary(), durations =>
        {
            var histogram = new Histogram();
            foreach (var ns in durations)
            {
                histogram.Record(ns);
            }
            var exact = durations.Order().ToArray();
            return new[] { 0.5, 0.9, 0.99, 1 }.All(q =>
            {
                var wanted = exact[Math.Max(0, (int)Math.Ceiling(q * exact.Length) - 1)];
                return Math.Abs(histogram.QuantileNs(q) - wanted) <= wanted * 0.001;
            });
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Two_halves_added_are_the_whole()
    {
        var (whole, first, second) = (new Histogram(), new Histogram(), new Histogram());
        for (var i = 1; i <= 10_000; i++)
        {
            whole.Record(i * 1_000L);
            (i % 3 == 0 ? first : second).Record(i * 1_000L);
        }
        first.Add(second);
        Assert.Equal(whole.Buckets(), first.Buckets());
        Assert.Equal((whole.Count, whole.MinNs, whole.MaxNs), (first.Count, first.MinNs, first.MaxNs));
    }

    [Fact]
    public void However_many_and_however_long_it_needs_no_more_memory()
    {
        var histogram = new Histogram();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0L; i < 1_000_000; i++)
        {
            histogram.Record(i * i);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(1_000_000, histogram.Count);
        Assert.Equal(999_999L * 999_999L, histogram.MaxNs);
    }
}
