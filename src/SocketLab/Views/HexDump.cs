using System.Globalization;
using System.Text;

namespace SocketLab.Views;

/// <summary>Bytes the way <c>hexdump -C</c> shows them: offset, sixteen bytes, text.</summary>
internal static class HexDump
{
    private const int RowBytes = 16;

    /// <param name="bytes">What to show.</param>
    /// <param name="offset">The offset of the first byte in its stream.</param>
    /// <param name="indent">Spaces before each row.</param>
    public static string Rows(ReadOnlySpan<byte> bytes, long offset, int indent)
    {
        var text = new StringBuilder();
        for (var at = 0; at < bytes.Length; at += RowBytes)
        {
            var row = bytes.Slice(at, Math.Min(RowBytes, bytes.Length - at));
            text.Append(' ', indent).Append(CultureInfo.InvariantCulture, $"{offset + at:x8}  ");
            for (var i = 0; i < RowBytes; i++)
            {
                text.Append(i < row.Length ? row[i].ToString("x2", CultureInfo.InvariantCulture) : "  ").Append(i == 7 ? "  " : " ");
            }
            text.Append(" |");
            foreach (var b in row)
            {
                text.Append(b is >= 0x20 and < 0x7F ? (char)b : '.');
            }
            text.Append("|\n");
        }
        return text.ToString();
    }
}
