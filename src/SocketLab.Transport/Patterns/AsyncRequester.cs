using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Patterns;

/// <summary>
/// Request-reply, the asking side, without lock-step: a DEALER socket sends as many requests as it likes. It writes the empty delimiter
/// itself, since a REP at the other end silently drops a request that has none.
/// </summary>
public sealed class AsyncRequester : IDisposable
{
    private readonly DealerSocket _socket = new();
    private readonly PatternOptions _options;
    private readonly TraceLog _log;

    /// <param name="options">Where to connect or bind.</param>
    /// <param name="log">The journal.</param>
    public AsyncRequester(PatternOptions options, TraceLog? log = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _log = log ?? TraceLog.Off;
        options.Open(_socket, _log);
    }

    /// <summary>Queues a request: <c>(empty) | body</c>; the ROUTER at the other end puts our identity before it.</summary>
    /// <returns>false: the queues to all servers were full for so long.</returns>
    public bool TrySend(IReadOnlyList<byte[]> request, TimeSpan timeout) => _socket.TrySendMultipartBytes(timeout, [[], .. request]);

    /// <summary>The next reply's body, in whatever order the servers are ready.</summary>
    /// <returns>null: none came in that time.</returns>
    public List<byte[]>? Receive(TimeSpan timeout)
    {
        List<byte[]>? reply = null;
        return _socket.TryReceiveMultipartBytes(timeout, ref reply) ? [.. reply!.SkipWhile(frame => frame.Length == 0)] : null;
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _options.Close(_socket, _log);
}
