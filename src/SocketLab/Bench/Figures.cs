using System.Globalization;

namespace SocketLab.Bench;

/// <summary>Figures for people: three significant digits, and a unit that fits.</summary>
internal static class Figures
{
    public static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    public static string Duration(double ns, bool ascii = false) => ns switch
    {
        < 1e3 => $"{ns.ToString("0", Plain)} ns",
        < 1e6 => $"{Three(ns / 1e3)} {(ascii ? "us" : "µs")}",
        < 1e9 => $"{Three(ns / 1e6)} ms",
        _ => $"{Three(ns / 1e9)} s",
    };

    public static string Three(double value) => value.ToString(value switch { >= 99.95 => "0", >= 9.995 => "0.0", _ => "0.00" }, Plain);

    public static string Count(double value) => value.ToString("N0", Plain);
}
