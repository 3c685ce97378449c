namespace SocketLab.Bench;

/// <summary>A histogram summed up for drawing: bins of equal width on a logarithmic scale.</summary>
internal static class HistogramBins
{
    public static List<(double FromNs, double ToNs, long Count)> Of(Histogram latency, int bins)
    {
        var (least, most) = (Math.Max(latency.MinNs, 1.0), Math.Max(latency.MaxNs, latency.MinNs + 1.0));
        var step = Math.Pow(most / least, 1.0 / bins);
        var counts = new long[bins];
        foreach (var (from, width, count) in latency.Buckets())
        {
            var middle = Math.Clamp(from + (width / 2.0), least, most);
            counts[Math.Clamp((int)(Math.Log(middle / least) / Math.Log(step)), 0, bins - 1)] += count;
        }
        return [.. counts.Select((count, i) => (least * Math.Pow(step, i), least * Math.Pow(step, i + 1), count))];
    }
}
