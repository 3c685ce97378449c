using System.CommandLine;
using System.CommandLine.Parsing;

namespace SocketLab.Cli;

/// <summary>A command line that cannot be understood: what is wrong with it in one line, what to try in a second, exit code 2.</summary>
internal static class UsageError
{
    public static int Say(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = string.Join(' ', ["socketlab", .. PathOf(parsed.CommandResult)]);
        var stray = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        var (error, hint) = (stray, command.Subcommands.Count) switch
        {
            (null, > 0) => ($"{path}: which one?", $"{Known(command)}; {path} --help tells what each is"),
            ({ } word, > 0) when !word.StartsWith('-') => ($"{path} {word}: no such command", $"{Known(command)}; {path} --help tells what each is"),
            ({ } word, _) => ($"{path} {word}: no such {(word.StartsWith('-') ? "option" : "argument")}", $"{path} --help lists what there is"),
            _ => (string.Join(' ', parsed.Errors[0].Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), $"{path} --help lists what there is"),
        };
        if (command.Arguments.Any(one => one.Name == "message"))
        {
            hint += "; put -- before a message that begins with -";
        }
        Console.Error.WriteLine($"{Ink.ForError.Red("error:")} {Printable.Text(error)}");
        Console.Error.WriteLine($"{Ink.ForError.Yellow("hint:")} {hint}");
        return ExitCode.CouldNotRun;
    }

    private static string Known(Command command) => string.Join(", ", command.Subcommands.Select(one => one.Name));

    /// <summary>The words that lead to a command: <c>tcp-echo client</c>.</summary>
    private static Stack<string> PathOf(SymbolResult? result)
    {
        var words = new Stack<string>();
        for (var at = result as CommandResult; at?.Parent is CommandResult; at = at.Parent as CommandResult)
        {
            words.Push(at.Command.Name);
        }
        return words;
    }
}
