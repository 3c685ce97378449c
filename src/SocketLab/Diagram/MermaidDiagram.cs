using System.Globalization;
using System.Text;
using SocketLab.Cli;

namespace SocketLab.Diagram;

/// <summary>The chart as a Mermaid sequence diagram, for Markdown pages.</summary>
internal static class MermaidDiagram
{
    public static string Draw(Chart chart)
    {
        var text = new StringBuilder("sequenceDiagram\n");
        foreach (var lane in chart.Lanes)
        {
            text.Append(CultureInfo.InvariantCulture, $"    participant L{lane.Index} as {Escape(Printable.Text(lane.Name))}{(lane.Where is null ? "" : "<br/>" + Escape(Printable.Text(lane.Where)))}\n");
        }
        foreach (var row in chart.Rows)
        {
            if (row.Fold is { } fold)
            {
                text.Append(CultureInfo.InvariantCulture, $"    Note over L0{(chart.Lanes.Count > 1 ? $",L{chart.Lanes.Count - 1}" : "")}: … {Escape(fold.Words)}\n");
                continue;
            }
            // Mermaid draws level arrows only: each stands where it arrives.
            foreach (var step in row.Steps)
            {
                foreach (var arrow in step.In.Concat(step.Out.Where(arrow => arrow.To is null)))
                {
                    text.Append(CultureInfo.InvariantCulture, $"    L{arrow.FromLane.Index}{Line(arrow)}L{arrow.ToLane.Index}: {Escape(Words.Full(arrow))}\n");
                }
                if (step.In.Count + step.Out.Count == 0)
                {
                    Note(text, step.Lane, Words.Step(step.Event));
                }
                if (step.State is not null)
                {
                    Note(text, step.Lane, $"[{step.Lane.StateWords(step)}]");
                }
            }
        }
        return text.ToString();
    }

    private static void Note(StringBuilder text, Lane lane, string words) =>
        text.Append(CultureInfo.InvariantCulture, $"    Note over L{lane.Index}: {Escape(words)}\n");

    private static string Line(Arrow arrow) => (arrow.Kind, arrow.Fate) switch
    {
        (ArrowKind.Reset, _) => "-x",
        (_, Fate.Lost or Fate.Reset or Fate.Refused) => "--x",
        (_, Fate.Unread) => "--)",
        (_, Fate.Duplicate) => "-->>",
        _ => "->>",
    };

    // In Mermaid a # begins an entity, a ; ends the line, and < may begin markup.
    private static string Escape(string words)
    {
        var text = new StringBuilder();
        foreach (var c in words)
        {
            if (c is '#' or ';' or '<' or '>' or '&' or '"' or '\\' or '%' or '{' or '}')
            {
                text.Append(CultureInfo.InvariantCulture, $"#{(int)c};");
            }
            else
            {
                text.Append(c);
            }
        }
        return text.ToString();
    }
}
