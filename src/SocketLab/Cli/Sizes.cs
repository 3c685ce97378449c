using System.Globalization;

namespace SocketLab.Cli;

/// <summary>Byte counts for people: <c>11 B</c>, <c>64.0 KiB</c>, <c>1.1 GiB</c>.</summary>
internal static class Sizes
{
    private static readonly string[] Units = ["KiB", "MiB", "GiB", "TiB"];

    public static string Text(long bytes)
    {
        if (bytes < 1024)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        }
        var value = bytes / 1024.0;
        var unit = 0;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            (value, unit) = (value / 1024, unit + 1);
        }
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {Units[unit]}");
    }
}
