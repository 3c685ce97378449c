using System.Text;
using SocketLab.Views;

namespace SocketLab.Diagram;

/// <summary>Makes the lines of a text diagram, with the lanes' lifelines in place.</summary>
internal sealed class TextCanvas(int lanes, int margin, int gap, bool ascii)
{
    public int Columns { get; } = (2 * margin) + (gap * Math.Max(1, lanes - 1)) + 1;

    public int X(Lane lane) => margin + (lane.Index * gap);

    public TextLine Blank() => new(Columns, ascii);

    public TextLine Lifelines()
    {
        var line = Blank();
        for (var i = 0; i < lanes; i++)
        {
            line.Put(margin + (i * gap), ascii ? "|" : "│");
        }
        return line;
    }
}

/// <summary>One line, as the terminal's columns: what is put later covers what was there.</summary>
internal sealed class TextLine
{
    private readonly string[] _cells;
    private readonly bool _ascii;

    public TextLine(int columns, bool ascii)
    {
        _cells = new string[columns];
        _ascii = ascii;
        Array.Fill(_cells, " ");
    }

    public void Put(int column, string text)
    {
        column = Math.Max(0, column);
        foreach (var rune in text.EnumerateRunes())
        {
            var width = Cells.Width(rune);
            if (width == 0 && column > 0)
            {
                _cells[Math.Min(column, _cells.Length) - 1] += rune.ToString();
                continue;
            }
            if (column + width > _cells.Length)
            {
                return;
            }
            _cells[column] = rune.ToString();
            if (width == 2)
            {
                _cells[column + 1] = "";
            }
            column += width;
        }
    }

    public void Centre(int column, string text) => Put(Math.Clamp(column - (Cells.Width(text) / 2), 0, Math.Max(0, _cells.Length - Cells.Width(text))), text);

    /// <summary>Each fate has a line of its own, that is told apart without colour.</summary>
    public void Arrow(int from, int to, Fate fate, ArrowKind kind)
    {
        var (shaft, arrives) = (fate, kind) switch
        {
            (_, ArrowKind.Reset) => (_ascii ? '#' : '━', true),
            (Fate.Lost, _) => (_ascii ? '.' : '┄', false),
            (Fate.Reset or Fate.Refused, _) => (_ascii ? '~' : '╌', false),
            (Fate.Unread, _) => (_ascii ? '-' : '─', false),
            (Fate.Duplicate, _) => (_ascii ? '=' : '═', true),
            _ => (_ascii ? '-' : '─', true),
        };
        var right = to > from;
        var end = right ? to - 1 : to + 1;
        for (var x = right ? from + 1 : from - 1; x != end; x += right ? 1 : -1)
        {
            _cells[x] = shaft.ToString();
        }
        var cross = fate is Fate.Unread ? (_ascii ? "o" : "○") : _ascii ? "X" : "✗";
        _cells[end] = arrives ? (right ? (_ascii ? ">" : "▶") : _ascii ? "<" : "◀") : cross;
        if (fate == Fate.Cut)
        {
            _cells[right ? end - 1 : end + 1] = _ascii ? "%" : "╫";
        }
    }

    public override string ToString()
    {
        var text = new StringBuilder(_cells.Length);
        foreach (var cell in _cells)
        {
            text.Append(cell);
        }
        return text.ToString();
    }
}
