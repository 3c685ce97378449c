using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Patterns;

/// <summary>
/// Request-reply, the asking side: a REQ socket sends and must receive before it can send again. A lost server leaves it stuck; with
/// retries it is the lazy pirate of the ZeroMQ guide: time-out, a new socket, once more.
/// </summary>
public sealed class Requester : IDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);
    private readonly PatternOptions _options;
    private readonly TraceLog _log;
    private readonly TimeSpan _timeout;
    private readonly int _retries;
    private RequestSocket? _socket;

    /// <param name="options">Where to connect or bind; several servers are asked in turn (round robin).</param>
    /// <param name="timeout">How long to wait for a reply.</param>
    /// <param name="retries">How often to ask again with a new socket.</param>
    /// <param name="log">The journal.</param>
    public Requester(PatternOptions options, TimeSpan timeout, int retries = 0, TraceLog? log = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _timeout, _retries, _log) = (options, timeout, retries, log ?? TraceLog.Off);
        _socket = Open();
    }

    /// <summary>Sends one request and waits for its reply.</summary>
    /// <returns>The reply's frames; null: none came, and the REQ socket is stuck in "receive".</returns>
    public List<byte[]>? Ask(IReadOnlyList<byte[]> request, CancellationToken cancel)
    {
        for (var attempt = 0; ; attempt++)
        {
            _socket ??= Open();
            if (Exchange(_socket, request, cancel) is { } reply)
            {
                return reply;
            }
            cancel.ThrowIfCancellationRequested();
            if (_log.IsOn)
            {
                _log.Write(new TraceEvent { Kind = TraceKind.Timeout, Note = $"no reply within {_timeout.TotalSeconds:0.###} s: the REQ socket is stuck, it may not send again and " + (attempt < _retries ? "is thrown away" : "waits for ever") });
            }
            // Its state cannot be mended, so the socket is thrown away; linger 0 throws the unsent request away with it.
            _socket.Options.Linger = TimeSpan.Zero;
            _options.Close(_socket, _log);
            _socket = null;
            if (attempt == _retries)
            {
                return null;
            }
            if (_log.IsOn)
            {
                _log.Write(new TraceEvent { Kind = TraceKind.Retry, Count = attempt + 1, Note = $"asking again with a new socket, attempt {attempt + 2} of {_retries + 1}" });
            }
        }
    }

    private List<byte[]>? Exchange(RequestSocket socket, IReadOnlyList<byte[]> request, CancellationToken cancel)
    {
        List<byte[]>? reply = null;
        var end = DateTime.UtcNow + _timeout;
        // A socket that binds has nobody to send to until somebody connects.
        while (!socket.TrySendMultipartBytes(Turn, request))
        {
            if (cancel.IsCancellationRequested || DateTime.UtcNow >= end)
            {
                return null;
            }
        }
        while (!cancel.IsCancellationRequested && DateTime.UtcNow < end)
        {
            if (socket.TryReceiveMultipartBytes(Turn, ref reply))
            {
                return reply;
            }
        }
        return null;
    }

    private RequestSocket Open()
    {
        var socket = new RequestSocket();
        _options.Open(socket, _log);
        return socket;
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose()
    {
        if (_socket is not null)
        {
            _options.Close(_socket, _log);
        }
    }
}
