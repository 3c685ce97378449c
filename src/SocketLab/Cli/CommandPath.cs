using System.CommandLine.Parsing;

namespace SocketLab.Cli;

/// <summary>The words that lead to a command: <c>tcp-echo client</c>.</summary>
internal static class CommandPath
{
    public static IEnumerable<string> Of(SymbolResult? result)
    {
        var words = new Stack<string>();
        for (var at = result as CommandResult; at?.Parent is CommandResult; at = at.Parent as CommandResult)
        {
            words.Push(at.Command.Name);
        }
        return words;
    }
}
