using System.Globalization;

namespace SocketLab.Benchmarks;

/// <summary>What the rounds gave for one figure: the middle one, and how far they lie apart.</summary>
internal sealed record Spread(double Median, double Least, double Most)
{
    /// <param name="values">One of each round; at least one.</param>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] ordered = [.. values.Order()];
        return new Spread((ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2, ordered[0], ordered[^1]);
    }

    public override string ToString() => ToString("0.00");

    public string ToString(string format)
    {
        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        return $"{Text(Median)} [{Text(Least)}–{Text(Most)}]";
    }
}
