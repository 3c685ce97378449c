using System.Globalization;
using System.Text;

namespace SocketLab.Cli;

/// <summary>
/// Payload bytes as text that a terminal cannot misread: UTF-8 where it is valid and harmless; control, escape, bidirectional and
/// other invisible characters, and bytes that are no UTF-8, as escapes (<c>\n</c>, <c>\x1B</c>, <c>\u202E</c>).
/// </summary>
internal static class Printable
{
    /// <param name="bytes">The payload.</param>
    /// <param name="maxChars">Where to stop, with an ellipsis.</param>
    /// <param name="keepLines">Leave line feeds and tabs as they are: for a client's reply on its own terminal.</param>
    /// <param name="ascii">Escape everything beyond ASCII too.</param>
    public static string Text(ReadOnlySpan<byte> bytes, int maxChars = int.MaxValue, bool keepLines = false, bool ascii = false)
    {
        var text = new StringBuilder(Math.Min(bytes.Length, maxChars) + 8);
        while (!bytes.IsEmpty)
        {
            if (text.Length >= maxChars)
            {
                return text.Append(ascii ? "..." : "…").ToString();
            }
            var valid = Rune.DecodeFromUtf8(bytes, out var rune, out var used) == System.Buffers.OperationStatus.Done;
            if (!valid)
            {
                foreach (var b in bytes[..used])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{b:X2}");
                }
            }
            else if (keepLines && rune.Value is ('\n' or '\t'))
            {
                text.Append((char)rune.Value);
            }
            else
            {
                Append(text, rune, keepLines, ascii);
            }
            bytes = bytes[used..];
        }
        return text.ToString();
    }

    /// <summary>A string from elsewhere (a host name, a file's text) made harmless in the same way.</summary>
    public static string Text(string value, int maxChars = int.MaxValue) => Text(Encoding.UTF8.GetBytes(value), maxChars, keepLines: false);

    /// <summary>A sentence of the lab's own that may quote others: harmless too, in one line, its quotation marks as they are.</summary>
    public static string Line(string sentence, bool ascii = false) =>
        Text(Encoding.UTF8.GetBytes(sentence), keepLines: true, ascii: ascii).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal);

    private static void Append(StringBuilder text, Rune rune, bool bare, bool ascii)
    {
        switch (rune.Value)
        {
            case '\n': text.Append("\\n"); break;
            case '\r': text.Append("\\r"); break;
            case '\t': text.Append("\\t"); break;
            case '\\' when !bare: text.Append("\\\\"); break;
            case '"' when !bare: text.Append("\\\""); break;
            case < 0x20 or (>= 0x7F and < 0xA0): text.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:X2}"); break;
            case > 0x7E when ascii || IsInvisible(rune):
                text.Append(rune.Value <= 0xFFFF
                    ? string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}")
                    : string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}"));
                break;
            default: text.Append(rune.ToString()); break;
        }
    }

    // Format covers the bidirectional controls (Trojan Source), zero-width characters and tags; separators break lines in some terminals.
    private static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate;
}
