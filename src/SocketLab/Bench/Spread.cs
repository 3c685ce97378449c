using System.Globalization;

namespace SocketLab.Bench;

/// <summary>What the rounds gave for one figure: the median, and between what bounds.</summary>
internal readonly record struct Spread(double Median, double Least, double Most)
{
    /// <param name="values">One of each round; of none, all is 0.</param>
    public static Spread Of(IEnumerable<double> values)
    {
        var ordered = values.Order().ToArray();
        return ordered.Length == 0 ? default : new Spread((ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2, ordered[0], ordered[^1]);
    }

    /// <summary>Of a figure's ratio to the first contestant's, taken within each round.</summary>
    /// <returns>null: one of the figures is not known, or nothing to divide by.</returns>
    public static Spread? OfRatio(Standing one, Standing first, Func<Measurement, double?> figure)
    {
        var ratios = one.Rounds.Zip(first.Rounds, (mine, other) => figure(mine) / figure(other)).ToArray();
        return ratios.Length == 0 || ratios.Any(ratio => ratio is not { } known || !double.IsFinite(known)) ? null : Of(ratios.Select(ratio => ratio!.Value));
    }

    /// <summary><c>1.05 [0.98–1.12]</c>.</summary>
    public override string ToString() => Text(value => value.ToString("0.00", CultureInfo.InvariantCulture));

    public string Text(Func<double, string> figure, string dash = "–") => $"{figure(Median)} [{figure(Least)}{dash}{figure(Most)}]";
}
