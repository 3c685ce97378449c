using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace SocketLab.Cli;

/// <summary>A command's examples: at the end of its own help, and nowhere else, so that lists of commands keep to a line each.</summary>
internal static class Examples
{
    private static readonly ConditionalWeakTable<Command, string> Known = [];

    /// <param name="command">The command.</param>
    /// <param name="lines">One example a line, with what it shows beside it; no longer than 78 columns.</param>
    public static TCommand WithExamples<TCommand>(this TCommand command, string lines)
        where TCommand : Command
    {
        Known.Add(command, lines);
        return command;
    }

    /// <summary>Lets <c>--help</c> show the examples of the command that it is asked of.</summary>
    public static RootCommand ShowExamplesInHelp(this RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new Help((HelpAction)option.Action!);
        return root;
    }

    private sealed class Help(HelpAction standard) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parsed)
        {
            var code = standard.Invoke(parsed);
            if (Known.TryGetValue(parsed.CommandResult.Command, out var lines))
            {
                var output = parsed.InvocationConfiguration.Output;
                output.WriteLine("Examples:");
                foreach (var line in lines.Split('\n'))
                {
                    output.WriteLine($"  {line.TrimEnd('\r')}");
                }
                output.WriteLine();
            }
            return code;
        }
    }
}
