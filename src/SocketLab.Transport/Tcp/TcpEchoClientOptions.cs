namespace SocketLab.Transport.Tcp;

/// <summary>What a <see cref="TcpEchoClient"/> connects to, and how it sends.</summary>
public sealed record TcpEchoClientOptions
{
    /// <summary>A name or an address. A name's addresses are tried in turn.</summary>
    public required string Host { get; init; }

    /// <summary>1 to 65535.</summary>
    public required int Port { get; init; }

    /// <summary>How long to wait for a connection, and for each echo.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>TCP_NODELAY: send small writes at once, without waiting for acknowledgements (Nagle, RFC 896).</summary>
    public bool NoDelay { get; init; } = true;

    /// <summary>Bytes that one receive takes at most.</summary>
    public int BufferBytes { get; init; } = 64 * 1024;

    /// <summary>Write in pieces of so many bytes; 0: in one.</summary>
    public int ChunkBytes { get; init; }

    /// <summary>End the connection with a reset (SO_LINGER 0) instead of a FIN.</summary>
    public bool ResetOnClose { get; init; }

    /// <summary>How messages are told apart.</summary>
    public Framing Framing { get; init; }
}
