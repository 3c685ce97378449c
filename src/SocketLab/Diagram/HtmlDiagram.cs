using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SocketLab.Cli;
using SocketLab.Views;

namespace SocketLab.Diagram;

/// <summary>The SVG in a page of its own: pan by dragging, zoom with the wheel, click on an arrow for its bytes. It loads nothing.</summary>
internal static class HtmlDiagram
{
    private const int MostBytesShown = 4096;

    public static string Draw(Chart chart)
    {
        var title = SvgDiagram.Xml(chart.Title.Length > 0 ? chart.Title : "SocketLab: what was sent, what arrived");
        // Cut at the marks, not replaced one after another: a payload may look like a mark.
        var parts = HtmlPage.Text.Split("@@@");
        return string.Concat(parts[0], title, parts[1], SvgDiagram.Draw(chart), parts[2], Data(chart), parts[3]);
    }

    private static string Data(Chart chart)
    {
        var output = new ArrayBufferWriter<byte>();
        // The default encoder writes <, > and & as escapes, so that no payload can end the script element.
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartArray();
            foreach (var arrow in chart.Arrows)
            {
                var shown = arrow.Payload.Span[..Math.Min(arrow.Payload.Length, MostBytesShown)];
                json.WriteStartObject();
                json.WriteString("title", Words.Full(arrow));
                json.WriteString("way", $"{Printable.Text(arrow.FromLane.Name)} → {Printable.Text(arrow.ToLane.Name)}"
                    + (arrow.Offset >= 0 ? string.Create(CultureInfo.InvariantCulture, $", bytes {arrow.Offset:N0} to {arrow.Offset + arrow.Bytes - 1:N0} of the stream") : ""));
                json.WriteString("hex", HexDump.Rows(shown, Math.Max(0, arrow.Offset), 0)
                    + (arrow.Bytes > shown.Length ? string.Create(CultureInfo.InvariantCulture, $"… {arrow.Bytes - shown.Length:N0} more bytes\n") : ""));
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
