using System.CommandLine;
using System.Globalization;
using SocketLab.Cli;
using SocketLab.Diagram;
using SocketLab.Transport.Trace;

namespace SocketLab.Commands;

/// <summary><c>socketlab diagram A.jsonl B.jsonl -o lesson.svg</c>: traces of several processes as one sequence diagram.</summary>
internal static class DiagramCommand
{
    private static readonly string[] Endings = [".svg", ".html", ".mmd", ".txt"];

    public static Command Create()
    {
        var traces = new Argument<string[]>("trace") { Description = "Files written with --trace, one a process; - is standard input", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string?>("--output", "-o") { Description = "Where to; the ending chooses the form: .svg, .html, .mmd (Mermaid), .txt; none: text on standard output", HelpName = "FILE" };
        output.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var file }] && !IsFormOf(file))
            {
                result.AddError($"--output {file}: the ending chooses the form: {string.Join(", ", Endings)}");
            }
        });
        var title = new Option<string?>("--title") { Description = "A title above the drawing", HelpName = "TEXT" };
        var wire = new Option<bool>("--wire") { Description = "ZeroMQ: draw greetings, handshakes and subscriptions as arrows too" };
        var rows = EndPoints.NumberOption("--rows", 400, "Rows before the middle is folded; 0: every one, repeated or not", 0);
        var width = EndPoints.NumberOption("--width", 0, "Text: columns; 0: the terminal's, in a file as many as it takes", 0, 2000);
        var ascii = new Option<bool>("--ascii") { Description = "Text: only ASCII characters" };
        var command = new Command("diagram", "Draw the traces of several processes as one sequence diagram.")
        { traces, output, title, wire, rows, width, ascii }.WithExamples("""
            socketlab tcp-echo server --trace s.jsonl
            socketlab tcp-echo client --trace c.jsonl "Hello There"
            socketlab diagram s.jsonl c.jsonl                  in the terminal
            socketlab diagram s.jsonl c.jsonl -o lesson.html   click an arrow: its bytes
            """);
        command.SetAction((parsed, cancel) => LabCommand.RunAsync(() =>
        {
            var chart = ChartBuilder.Build(parsed.GetValue(traces)!.Select(Read).ToList(), parsed.GetValue(wire), parsed.GetValue(rows));
            chart.Title = parsed.GetValue(title) ?? "";
            if (chart.Order.Count == 0)
            {
                throw new LabException("diagram: no events in these traces", "write some with --trace FILE on a role", ExitCode.CouldNotRun);
            }
            if (parsed.GetValue(output) is { } file)
            {
                Save(chart, file, parsed.GetValue(width), parsed.GetValue(ascii));
                Console.Error.WriteLine($"{Printable.Text(file)}: {ServerWords.Many(chart.Order.Count, "event")} on {ServerWords.Many(chart.Lanes.Count, "lane")}");
            }
            else
            {
                var columns = parsed.GetValue(width) is > 0 and var asked ? asked : Console.IsOutputRedirected ? 0 : Console.WindowWidth;
                Console.Out.Write(TextDiagram.Draw(chart, columns, parsed.GetValue(ascii)));
            }
            return Task.FromResult(ExitCode.Fine);
        }, "diagram"));
        return command;
    }

    public static bool IsFormOf(string file) => Endings.Contains(Path.GetExtension(file).ToLowerInvariant());

    /// <summary>Writes the chart in the form that the file's ending names.</summary>
    public static void Save(Chart chart, string file, int columns = 0, bool ascii = false)
    {
        var text = Path.GetExtension(file).ToLowerInvariant() switch
        {
            ".svg" => SvgDiagram.Draw(chart),
            ".html" => HtmlDiagram.Draw(chart),
            ".mmd" => MermaidDiagram.Draw(chart),
            _ => TextDiagram.Draw(chart, columns, ascii),
        };
        try
        {
            File.WriteAllText(file, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"write {file}: {e.Message}", "is the folder there, and may you write to it?", ExitCode.CouldNotRun);
        }
    }

    private static List<TraceEvent> Read(string file)
    {
        var events = new List<TraceEvent>();
        try
        {
            using var input = file == "-" ? Console.In : File.OpenText(file);
            foreach (var e in TraceJson.Read(new WholeLines(input)))
            {
                events.Add(e);
            }
        }
        catch (FormatException e)
        {
            throw new LabException($"read {file}: {e.Message}", "give files written with --trace or --json", ExitCode.CouldNotRun);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"read {file}: {e.Message}", "give files written with --trace or --json", ExitCode.CouldNotRun);
        }
        return events;
    }

    /// <summary>A process that was killed leaves half a line at the end of its trace: that one is passed over, and said.</summary>
    private sealed class WholeLines(TextReader input) : TextReader
    {
        public override string? ReadLine()
        {
            var line = input.ReadLine();
            if (line is { Length: > 0 } && !line.EndsWith('}') && input.Peek() < 0)
            {
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"note: the last line is not whole ({line.Length} characters), left out: was the writer killed?"));
                return null;
            }
            return line;
        }
    }
}
