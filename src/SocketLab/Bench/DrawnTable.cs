using Spectre.Console;

namespace SocketLab.Bench;

/// <summary>A table of figures as text: titles on the left, figures right-aligned beside them.</summary>
internal static class DrawnTable
{
    private const int FrameColumns = 3; // a space on each side and a line

    /// <param name="cells">Rows of equal length; the first one is the heading.</param>
    /// <param name="columns">How wide it may be; what does not fit beside the rest follows below it, with the titles again.</param>
    /// <param name="ascii">Only ASCII in its lines.</param>
    public static string Draw(List<string[]> cells, int columns, bool ascii)
    {
        var widths = Enumerable.Range(0, cells[0].Length).Select(column => FrameColumns + cells.Max(row => row[column].Length)).ToArray();
        using var text = new StringWriter { NewLine = "\n" };
        for (int first = 1, end; first < widths.Length; first = end)
        {
            end = first + 1;
            for (var width = 1 + widths[0] + widths[first]; end < widths.Length && (width += widths[end]) <= columns; end++)
            {
            }
            var beside = end;
            Write(text, cells.ConvertAll(row => (string[])[row[0], .. row[first..beside]]), ascii);
        }
        return text.ToString();
    }

    private static void Write(StringWriter text, List<string[]> cells, bool ascii)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = int.MaxValue; // it fits: that was counted
        var table = new Table { Border = ascii ? TableBorder.Ascii : TableBorder.Rounded, UseSafeBorder = false };
        for (var column = 0; column < cells[0].Length; column++)
        {
            table.AddColumn(new TableColumn(new Text(cells[0][column])) { Alignment = column == 0 ? Justify.Left : Justify.Right, NoWrap = true });
        }
        foreach (var row in cells.Skip(1))
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }
        console.Write(table);
    }
}
