namespace SocketLab.Bench;

/// <summary>The server did what no figure can express: it sent something wrong, went away, or fell silent.</summary>
internal sealed class LoadException(string reason, string hint) : Exception(reason)
{
    public string Hint { get; } = hint;
}
