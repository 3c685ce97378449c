namespace SocketLab.Cli;

/// <summary>What the program's exit code says, the same for every command.</summary>
internal static class ExitCode
{
    /// <summary>Everything asked for was done; also a server that was stopped by Ctrl+C or SIGTERM.</summary>
    public const int Fine = 0;

    /// <summary>It ran, and something failed: no reply, a check that did not hold.</summary>
    public const int Failed = 1;

    /// <summary>It could not run: usage, port in use, no such host.</summary>
    public const int CouldNotRun = 2;

    /// <summary>Interrupted before the work was done (128 + SIGINT, as shells have it).</summary>
    public const int Interrupted = 130;
}
