using System.CommandLine;
using System.CommandLine.Parsing;
using SocketLab.Commands;
using SocketLab.Tests.Shared;

namespace SocketLab.Tests;

/// <summary>Every command, group and role: its help, its examples, and what is said when it is called wrongly.</summary>
public sealed class HelpTests
{
    private const int Columns = 80;

    /// <summary>The words that lead to each command: <c>""</c>, <c>bench</c>, <c>bench tcp-echo</c> …</summary>
    public static TheoryData<string> Commands() => [.. Below(LabRoot.Create(), "").Select(one => one.Path)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_has_a_summary_of_one_line_options_and_at_its_end_examples(string path)
    {
        var output = new StringWriter { NewLine = "\n" };
        // As the program does: no handler stands between an exception and its end.
        var code = LabRoot.Parse([.. Words(path), "--help"]).Invoke(new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false });
        Assert.Equal(0, code);
        Assert.Matches("^Description:\n  [^\n]+\n\nUsage:\n", output.ToString());
        Assert.Matches("Examples:\n(  [^\n]*socketlab [^\n]*\n)+\n$", output.ToString());
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_example_can_be_typed_as_it_stands_and_fits_a_terminal(string path)
    {
        Assert.All(ExamplesOf(path), line =>
        {
            Assert.True(line.Length <= Columns, line);
            // Beside an example, after three spaces, stands what it shows; before it may stand what is piped in.
            var typed = line.Trim().Split("   ")[0];
            var arguments = CommandLineParser.SplitCommandLine(typed[(typed.IndexOf("socketlab ", StringComparison.Ordinal) + "socketlab ".Length)..]).ToArray();
            Assert.True(LabRoot.Parse(arguments).Errors.Count == 0, line);
        });
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_list_of_commands_has_a_line_for_each(string path)
    {
        var command = Below(LabRoot.Create(), "").Single(one => one.Path == path).Command;
        Assert.All(command.Subcommands, one =>
        {
            Assert.DoesNotContain('\n', one.Description!);
            Assert.InRange(one.Description!.Length, 20, 85);
        });
    }

    [Theory]
    [InlineData("", "socketlab: which one?")]
    [InlineData("tcp-echo", "socketlab tcp-echo: which one?")]
    [InlineData("tpc-echo", "socketlab tpc-echo: no such command")]
    [InlineData("bench smtp", "socketlab bench smtp: no such command")]
    [InlineData("tcp-echo server --prot 1", "socketlab tcp-echo server --prot: no such option")]
    [InlineData("tcp-echo client --prot 1", "--prot: no such option")]
    [InlineData("bench tcp-echo --size x", "--size x: a whole number")]
    [InlineData("demo smtp", "Argument 'smtp' not recognized. Must be one of: 'udp-echo'")]
    public async Task What_cannot_be_understood_is_one_line_and_a_hint_and_exits_2(string typed, string error)
    {
        await using var lab = Started.Lab(Words(typed));
        Assert.Equal(2, await lab.ExitAsync());
        Assert.Empty(lab.Output);
        Assert.StartsWith($"error: {error}", lab.Error, StringComparison.Ordinal);
        Assert.Matches("^error: [^\n]+\nhint: [^\n]*--help[^\n]*\n$", lab.Error);
    }

    [Fact]
    public async Task The_program_itself_helps_too()
    {
        await using var lab = Started.Lab("bench", "tcp-echo", "--help");
        Assert.Equal(0, await lab.ExitAsync());
        Assert.Contains("Examples:\n  socketlab bench tcp-echo ", lab.Output, StringComparison.Ordinal);
        Assert.Empty(lab.Error);
    }

    private static string[] ExamplesOf(string path)
    {
        var output = new StringWriter { NewLine = "\n" };
        LabRoot.Parse([.. Words(path), "--help"]).Invoke(new InvocationConfiguration { Output = output });
        return output.ToString().Split("Examples:\n")[1].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string[] Words(string path) => path.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<(string Path, Command Command)> Below(Command command, string path) =>
        command.Subcommands.SelectMany(one => Below(one, $"{path} {one.Name}".Trim())).Prepend((path, command));
}
