using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text;

namespace SocketLab.Cli;

/// <summary>What a client sends: its arguments as one message, or standard input, a line at a time, until end of file.</summary>
internal static class Messages
{
    private const int PieceBytes = 64 * 1024;

    public static Argument<string[]> Argument(string description)
    {
        var argument = new Argument<string[]>("message") { Description = description, Arity = ArgumentArity.ZeroOrMore };
        argument.Validators.Add(result =>
        {
            // What stands after -- is a message whatever it looks like; before it, a mistyped option must not be sent as one.
            var plain = Environment.GetCommandLineArgs().TakeWhile(arg => arg != "--").ToHashSet();
            if (result.Tokens.FirstOrDefault(token => token.Value is ['-', _, ..] && plain.Contains(token.Value)) is { } stray)
            {
                result.AddError($"{stray.Value}: no such option");
            }
        });
        return argument;
    }

    /// <summary>
    /// The messages in turn. A line from standard input keeps its line feed, so that what comes back is what went in; a piece with no
    /// line feed in 64 KiB is sent as it is.
    /// </summary>
    /// <param name="words">The arguments; joined by spaces, as echo(1) does. None: standard input.</param>
    /// <param name="count">How often to send the arguments' message.</param>
    /// <param name="every">The pause between two of them.</param>
    /// <param name="cancel">Ends the wait for a line or pause.</param>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        string[] words, int count, TimeSpan every, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (words.Length == 0)
        {
            await foreach (var line in LinesAsync(Console.OpenStandardInput(), cancel).ConfigureAwait(false))
            {
                yield return line;
            }
            yield break;
        }
        var message = Encoding.UTF8.GetBytes(string.Join(' ', words));
        for (var i = 0; i < count; i++)
        {
            if (i > 0 && every > TimeSpan.Zero)
            {
                await Task.Delay(every, cancel).ConfigureAwait(false);
            }
            yield return message;
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(Stream input, [EnumeratorCancellation] CancellationToken cancel)
    {
        var buffer = new byte[PieceBytes];
        var held = 0;
        while (true)
        {
            // A read from a terminal cannot be cancelled: it is left behind, and ends with the process.
            var free = buffer.AsMemory(held);
            var got = await Task.Run(() => input.Read(free.Span), CancellationToken.None).WaitAsync(cancel).ConfigureAwait(false);
            held += got;
            var start = 0;
            for (int end; (end = buffer.AsSpan(start, held - start).IndexOf((byte)'\n')) >= 0; start += end + 1)
            {
                yield return buffer.AsMemory(start, end + 1).ToArray();
            }
            buffer.AsSpan(start, held - start).CopyTo(buffer);
            held -= start;
            if (held == buffer.Length || (got == 0 && held > 0))
            {
                yield return buffer.AsMemory(0, held).ToArray();
                held = 0;
            }
            if (got == 0)
            {
                yield break;
            }
        }
    }
}
