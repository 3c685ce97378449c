using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Patterns;

/// <summary>
/// Request-reply, the answering side, without lock-step: a ROUTER socket sees the envelope <c>identity | (empty) | body</c>, keeps
/// several requests at work at once, and sends each reply when it is ready, whoever asked first.
/// </summary>
public sealed class AsyncReplier : IDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);
    private readonly RouterSocket _socket = new();
    private readonly PriorityQueue<List<byte[]>, DateTime> _atWork = new();
    private readonly Func<List<byte[]>, List<byte[]>> _reply;
    private readonly WorkTime? _work;
    private readonly TraceLog _log;

    /// <inheritdoc cref="Replier(PatternOptions, Func{List{byte[]}, List{byte[]}}, WorkTime?, TraceLog?)"/>
    public AsyncReplier(PatternOptions options, Func<List<byte[]>, List<byte[]>> reply, WorkTime? work = null, TraceLog? log = null)
    {
        ArgumentNullException.ThrowIfNull(options);
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

    private TimeSpan UntilNext()
    {
        var wait = _atWork.TryPeek(out _, out var due) ? due - DateTime.UtcNow : Turn;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < Turn ? wait : Turn;
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => PatternOptions.Close(_socket, _log);
}
