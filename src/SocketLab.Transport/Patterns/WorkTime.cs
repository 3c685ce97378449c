using System.Globalization;

namespace SocketLab.Transport.Patterns;

/// <summary>
/// How long a piece of work takes: <c>0</c>, <c>fixed:SECONDS</c>, or <c>normal:MEAN,DEVIATION</c>, of which the absolute value is taken,
/// as the course does. Note that |N(2,1)| has a mean of 2.017 s, not 2.
/// </summary>
public sealed class WorkTime
{
    private readonly double _mean;
    private readonly double _deviation;
    private readonly Random _random;

    private WorkTime(double mean, double deviation, int? seed)
    {
        (_mean, _deviation) = (mean, deviation);
        // Not for secrets: a seed makes a run repeatable.
#pragma warning disable CA5394
        _random = seed is { } given ? new Random(given) : new Random();
#pragma warning restore CA5394
    }

    /// <summary>Reads the text form.</summary>
    /// <returns>null: it is none.</returns>
    public static WorkTime? Parse(string text, int? seed)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(':', ',');
        var numbers = parts.Skip(1).Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) && n is >= 0 and <= 3600 ? n : -1).ToArray();
        return (parts[0], numbers) switch
        {
            ("0", []) => new WorkTime(0, 0, seed),
            ("fixed", [>= 0]) => new WorkTime(numbers[0], 0, seed),
            ("normal", [>= 0, >= 0]) => new WorkTime(numbers[0], numbers[1], seed),
            _ => null,
        };
    }

    /// <summary>The next piece's duration.</summary>
    public TimeSpan Next()
    {
        if (_deviation == 0)
        {
            return TimeSpan.FromSeconds(_mean);
        }
        // Box and Muller: two uniform numbers make a normal one.
#pragma warning disable CA5394
        var normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
#pragma warning restore CA5394
        return TimeSpan.FromSeconds(Math.Abs(_mean + (_deviation * normal)));
    }
}
