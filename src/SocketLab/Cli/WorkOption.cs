using System.CommandLine;
using SocketLab.Transport.Patterns;

namespace SocketLab.Cli;

/// <summary><c>--work normal:2,1</c> and <c>--seed</c>: how long a reply or a task takes.</summary>
internal static class WorkOption
{
    public static (Option<string> Work, Option<int?> Seed) Create(string otherwise)
    {
        var work = new Option<string>("--work") { Description = "How long the work takes, in seconds: normal:MEAN,DEVIATION, fixed:SECONDS or 0", DefaultValueFactory = _ => otherwise, HelpName = "TIME" };
        work.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && WorkTime.Parse(result.Tokens[0].Value, null) is null)
            {
                result.AddError($"--work {result.Tokens[0].Value}: normal:2,1 or fixed:0.1 or 0");
            }
        });
        return (work, new Option<int?>("--seed") { Description = "Make the random times repeatable", HelpName = "N" });
    }

    /// <summary>None, where work takes no time.</summary>
    public static WorkTime? Read(ParseResult parsed, Option<string> work, Option<int?> seed) =>
        parsed.GetValue(work) is { } text && text != "0" ? WorkTime.Parse(text, parsed.GetValue(seed)) : null;
}
