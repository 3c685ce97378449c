using System.Globalization;
using System.Text;

namespace SocketLab.Views;

/// <summary>Text measured in the columns of a terminal: a Chinese character takes two, a combining mark none.</summary>
internal static class Cells
{
    public static int Width(string text) => text.EnumerateRunes().Sum(Width);

    public static int Width(Rune rune) => rune.Value switch
    {
        < 0x300 => 1,
        0x200B or 0x200D or 0xFE0E or 0xFE0F => 0,
        (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
            or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF)
            or (>= 0x20000 and <= 0x3FFFD) => 2,
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? 0 : 1,
    };

    /// <summary>Lines of at most so many columns, broken at spaces where there are any; all but the first are indented.</summary>
    public static List<string> Wrap(string text, int columns, int indent)
    {
        var whole = Wrap(text, columns);
        if (whole.Count == 1)
        {
            return whole;
        }
        var rest = text[whole[0].Length..].TrimStart();
        return [whole[0], .. Wrap(rest, columns - indent).Select(line => new string(' ', indent) + line)];
    }

    /// <summary>Lines of at most so many columns, broken at spaces where there are any.</summary>
    public static List<string> Wrap(string text, int columns)
    {
        columns = Math.Max(columns, 4);
        var lines = new List<string>();
        while (Width(text) > columns)
        {
            var (fits, used) = (0, 0);
            foreach (var rune in text.EnumerateRunes())
            {
                if (used + Width(rune) > columns)
                {
                    break;
                }
                (fits, used) = (fits + rune.Utf16SequenceLength, used + Width(rune));
            }
            var space = Math.Min(fits, text.Length - 1);
            while (space > 0 && (text[space] != ' ' || IsBeforeUnit(text, space)))
            {
                space--;
            }
            var cut = space > 0 ? space : fits;
            lines.Add(text[..cut].TrimEnd());
            text = text[cut..].TrimStart();
        }
        lines.Add(text);
        return lines;
    }

    /// <summary>A line that may hold colours, which take no columns, broken at spaces; what follows is indented.</summary>
    public static string Fold(string painted, int columns, int indent)
    {
        var folded = new StringBuilder(painted.Length + 32);
        var (column, space, columnAfterSpace) = (0, -1, 0);
        for (var i = 0; i < painted.Length;)
        {
            if (painted[i] == '\e' && painted.IndexOf('m', i) is > 0 and var end)
            {
                folded.Append(painted, i, end + 1 - i);
                i = end + 1;
                continue;
            }
            var rune = Rune.TryGetRuneAt(painted, i, out var whole) ? whole : Rune.ReplacementChar;
            if (column + Width(rune) > columns)
            {
                var (at, skip) = space >= 0 ? (space, 1) : (folded.Length, 0);
                folded.Remove(at, skip).Insert(at, "\n" + new string(' ', indent));
                column = indent + (space >= 0 ? column - columnAfterSpace : 0);
                space = -1;
            }
            folded.Append(rune.ToString());
            column += Width(rune);
            if (rune.Value == ' ' && column > indent)
            {
                (space, columnAfterSpace) = (folded.Length - 1, column);
            }
            i += rune.Utf16SequenceLength;
        }
        return folded.ToString();
    }

    /// <summary>"5 B" and "1.1 GiB" stay in one piece.</summary>
    private static bool IsBeforeUnit(string text, int space)
    {
        var unit = text.AsSpan(space + 1);
        var length = unit.StartsWith("B") ? 1 : unit is [_, 'i', 'B', ..] ? 3 : 0;
        return length > 0 && space > 0 && char.IsAsciiDigit(text[space - 1]) && (unit.Length == length || !char.IsLetterOrDigit(unit[length]));
    }

    /// <summary>Padded with spaces to so many columns.</summary>
    public static string Pad(string text, int columns) => text + new string(' ', Math.Max(0, columns - Width(text)));
}
