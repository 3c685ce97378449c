using System.CommandLine;
using System.Net.Sockets;

namespace SocketLab.Cli;

/// <summary>Runs a role's body with its session: errors become one line and a hint, cancellation an exit code.</summary>
internal static class LabCommand
{
    /// <param name="command">The command that runs the body.</param>
    /// <param name="common">The options that say what is shown.</param>
    /// <param name="pattern"><c>tcp-echo</c></param>
    /// <param name="role"><c>server</c></param>
    /// <param name="body">Runs until done or cancelled; gives the exit code.</param>
    public static void SetLabAction(
        this Command command, CommonOptions common, string pattern, string role, Func<ParseResult, LabSession, CancellationToken, Task<int>> body)
    {
        common.AddTo(command);
        command.SetAction((parsed, cancel) => RunAsync(async () =>
        {
            // A signal is only heard once the action has given its task back: --step may hold it before its first await.
            await Task.Yield();
            if (parsed.GetValue(common.Step) && command.Arguments.FirstOrDefault(one => one.Name == "message") is { } message && parsed.GetResult(message) is null or { Tokens.Count: 0 })
            {
                throw new LabException("step: the keyboard is needed for Enter, so messages cannot be typed", "give the message as an argument", ExitCode.CouldNotRun);
            }
            await using var session = common.Open(parsed, pattern, role);
            return await body(parsed, session, cancel).ConfigureAwait(false);
        }, pattern));
    }

    /// <summary>Runs something that may fail in the user's terms, and says how it failed on standard error.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> body, string pattern)
    {
        try
        {
            return await body().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (LabException e)
        {
            return Say(e);
        }
        catch (SocketException e)
        {
            return Say(LabException.From(e, "socket", pattern, pattern));
        }
        catch (IOException e)
        {
            return Say(new LabException($"{pattern}: {e.Message}", "the other end of a pipe or file is gone", ExitCode.Failed));
        }
        catch (Exception e)
        {
            // A fault of ours: who teaches with it is not helped by a stack trace, and who mends it needs the type and the words.
            return Say(new LabException($"{pattern}: {e.GetType().Name}: {e.Message}", "this is a fault of socketlab itself: please report it with the command line", ExitCode.Failed));
        }
    }

    private static int Say(LabException e)
    {
        Console.Error.WriteLine($"{Ink.ForError.Red("error:")} {Printable.Text(e.Message)}");
        Console.Error.WriteLine($"{Ink.ForError.Yellow("hint:")} {Printable.Text(e.Hint)}");
        return e.ExitCode;
    }
}
