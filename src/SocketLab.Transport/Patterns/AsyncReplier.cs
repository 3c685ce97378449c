using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Patterns;

/// <summary>
/// Request-reply, the answering side, without lock-step: a ROUTER socket sees the envelope <c>identity | (empty) | body</c>, keeps
/// several requests at work at once, and sends each reply when it is ready, whoever asked first.
/// </summary>
public sealed class AsyncReplier : IDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);
    private const int PeersShown = 100;
    private readonly RouterSocket _socket = new();
    private readonly PriorityQueue<List<byte[]>, DateTime> _atWork = new();
    private readonly Func<List<byte[]>, List<byte[]>> _reply;
    private readonly HashSet<string> _shown = [];
    private readonly WorkTime? _work;
    private readonly PatternOptions _options;
    private readonly TraceLog _log;

    /// <inheritdoc cref="Replier(PatternOptions, Func{List{byte[]}, List{byte[]}}, WorkTime?, TraceLog?)"/>
    public AsyncReplier(PatternOptions options, Func<List<byte[]>, List<byte[]>> reply, WorkTime? work = null, TraceLog? log = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        (_reply, _work, _log) = (reply, work, log ?? TraceLog.Off);
        EndPoint = options.Open(_socket, _log);
    }

    /// <summary>Where it is bound.</summary>
    public string EndPoint { get; }

    /// <summary>Requests answered.</summary>
    public long Answered { get; private set; }

    /// <summary>Answers until cancelled, or so many requests. Call it on the thread that is to own the socket.</summary>
    public void Run(CancellationToken cancel, long count = long.MaxValue)
    {
        List<byte[]>? request = null;
        while (!cancel.IsCancellationRequested && Answered < count)
        {
            if (_socket.TryReceiveMultipartBytes(UntilNext(), ref request))
            {
                // identity | empty | body …: without the empty delimiter a REQ at the other end would take no reply.
                var delimiter = request!.FindIndex(frame => frame.Length == 0);
                ShowEnvelope(request, delimiter);
                if (delimiter is > 0 && delimiter < request.Count - 1)
                {
                    List<byte[]> reply = [.. request[..(delimiter + 1)], .. _reply(request[(delimiter + 1)..])];
                    _atWork.Enqueue(reply, DateTime.UtcNow + (_work?.Next() ?? TimeSpan.Zero));
                }
            }
            while (_atWork.TryPeek(out var ready, out var due) && due <= DateTime.UtcNow)
            {
                _atWork.Dequeue();
                _socket.SendMultipartBytes(ready);
                Answered++;
            }
        }
    }

    /// <summary>What the program sees is not what the wire has: ROUTER puts in front who it was. Said once for each peer.</summary>
    private void ShowEnvelope(List<byte[]> request, int delimiter)
    {
        if (!_log.IsOn || request.Count == 0 || _shown.Count >= PeersShown || !_shown.Add(Convert.ToHexString(request[0])))
        {
            return;
        }
        var body = request.Count - delimiter - 1;
        _log.Write(new TraceEvent
        {
            Kind = TraceKind.Note,
            Note = delimiter is > 0
                ? $"envelope: identity {Convert.ToHexString(request[0])} | empty delimiter | body of {body} frame{(body == 1 ? "" : "s")}; ROUTER put the identity in front, the reply needs it"
                : $"envelope: identity {Convert.ToHexString(request[0])} and no empty delimiter after it: this is no request, and gets no reply",
        });
    }

    private TimeSpan UntilNext()
    {
        var wait = _atWork.TryPeek(out _, out var due) ? due - DateTime.UtcNow : Turn;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < Turn ? wait : Turn;
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _options.Close(_socket, _log);
}
