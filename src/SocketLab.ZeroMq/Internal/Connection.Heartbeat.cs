using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Heartbeats (RFC 37, "Connection Heartbeating"): a PING every interval in which nothing was heard or said. Any traffic is a sign of
/// life; and nobody is judged silent while we do not listen, because the program has enough to do.
/// </summary>
internal sealed partial class Connection
{
    private ReactorTimer? _heartbeat;
    private int _ttlMs;

    public long LastHeardMs { get; set; }

    public long LastSentMs { get; set; }

    private void StartHeartbeat()
    {
        Schedule();
    }

    private void Schedule()
    {
        int interval = (int)Owner.Options.HeartbeatInterval.TotalMilliseconds;
        // A peer may set a TTL for itself although we send no PING.
        _heartbeat = Reactor.Shared.After(interval > 0 ? Math.Max(5, interval / 2) : 500, Beat);
    }

    private void Beat()
    {
        if (_phase != Phase.Traffic)
        {
            return;
        }
        var options = Owner.Options;
        long now = Environment.TickCount64;
        int interval = (int)options.HeartbeatInterval.TotalMilliseconds;
        if (Pipe.IsPaused || HasUnread())
        {
            LastHeardMs = now;
        }
        int limit = interval > 0 ? options.HeartbeatTimeoutMs : int.MaxValue;
        limit = _ttlMs > 0 ? Math.Min(limit, _ttlMs) : limit;
        if (now - LastHeardMs > limit)
        {
            Fail($"no sign of life for {limit / 1000.0:0.#} s");
            return;
        }
        if (interval > 0 && (now - LastHeardMs >= interval || now - LastSentMs >= interval))
        {
            Pipe.SendCommand(Command.Ping((int)options.HeartbeatTtl.TotalMilliseconds), isHeartbeat: true);
        }
        Schedule();
    }

    /// <summary>Bytes that wait to be read are a sign of life that we have not taken notice of.</summary>
    public bool HasUnread()
    {
        try
        {
            return Socket.Available > 0;
        }
        catch (Exception error) when (error is System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // The next read says what is wrong.
            return false;
        }
    }
}
