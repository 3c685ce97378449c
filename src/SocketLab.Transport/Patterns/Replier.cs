using System.Text;
using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Patterns;

/// <summary>What a replier makes of a request's frames.</summary>
public static class Reply
{
    /// <summary><c>Echo: {request}</c>, the course's reply.</summary>
    public static List<byte[]> WithEcho(List<byte[]> request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return [[.. "Echo: "u8, .. request[0]], .. request.Skip(1)];
    }

    /// <summary>The request's frames unchanged.</summary>
    public static List<byte[]> Unchanged(List<byte[]> request) => request;

    /// <summary>Always the same text.</summary>
    public static Func<List<byte[]>, List<byte[]>> Fixed(string text) => _ => [Encoding.UTF8.GetBytes(text)];
}

/// <summary>Request-reply, the answering side: a REP socket receives a request and must reply before it can receive the next.</summary>
public sealed class Replier : IDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);
    private readonly ResponseSocket _socket = new();
    private readonly Func<List<byte[]>, List<byte[]>> _reply;
    private readonly WorkTime? _work;
    private readonly PatternOptions _options;
    private readonly TraceLog _log;

    /// <param name="options">Where to bind or connect.</param>
    /// <param name="reply">Makes the reply's frames of the request's.</param>
    /// <param name="work">How long a reply takes to make; none: no time.</param>
    /// <param name="log">The journal.</param>
    /// <exception cref="ZmqException">The address is in use, or not one.</exception>
    public Replier(PatternOptions options, Func<List<byte[]>, List<byte[]>> reply, WorkTime? work = null, TraceLog? log = null)
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
            // A bounded wait, so that cancellation is seen. Requests of several requesters come in turn (fair queue).
            if (!_socket.TryReceiveMultipartBytes(Turn, ref request))
            {
                continue;
            }
            if (_work is not null && cancel.WaitHandle.WaitOne(_work.Next()))
            {
                return;
            }
            // The envelope (who asked) is kept by REP, and put back by it: the reply goes to that requester alone.
            _socket.SendMultipartBytes(_reply(request!));
            Answered++;
        }
    }

    /// <summary>Closes the socket, waiting for replies that are still queued as long as linger says.</summary>
    public void Dispose() => _options.Close(_socket, _log);
}
