using System.CommandLine;

namespace SocketLab.Cli;

/// <summary>The options that every role has: what is shown of the journal, and where.</summary>
internal sealed class CommonOptions
{
    public Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "No narration on standard error" };

    public Option<bool> Json { get; } = new("--json") { Description = "Write the journal as JSON lines on standard output, in place of the data" };

    public Option<string?> TraceFile { get; } = new("--trace") { Description = "Write the journal as JSON lines to a new file", HelpName = "FILE" };

    public Option<bool> Force { get; } = new("--force") { Description = "Let --trace replace a file that exists" };

    public Option<bool> Hex { get; } = new("--hex") { Description = "Show payloads as offset, bytes and text" };

    public Option<bool> Ascii { get; } = new("--ascii") { Description = "Only ASCII in what is shown" };

    public Option<bool> Explain { get; } = new("--explain") { Description = "Each step in Python, in C#, in the kernel, and what learners get wrong" };

    public Option<bool> Step { get; } = new("--step") { Description = "Like --explain, and wait for Enter after each step (space: run on)" };

    public void AddTo(Command command)
    {
        foreach (var option in (ReadOnlySpan<Option>)[Quiet, Json, TraceFile, Force, Hex, Ascii, Explain, Step])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Opens the journal for one role with the views that the options ask for.</summary>
    public LabSession Open(ParseResult parsed, string pattern, string role) => new(pattern, role, new ViewChoice(
        parsed.GetValue(Quiet), parsed.GetValue(Json), parsed.GetValue(TraceFile), parsed.GetValue(Force), parsed.GetValue(Hex), parsed.GetValue(Ascii),
        parsed.GetValue(Explain), parsed.GetValue(Step)));
}

/// <summary>Which views of the journal a run has.</summary>
internal sealed record ViewChoice(bool Quiet, bool Json, string? TraceFile, bool Force, bool Hex, bool Ascii, bool Explain = false, bool Step = false);
