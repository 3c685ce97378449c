namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Reading is lent to the thread that receives: while a program waits in Receive, its own thread reads its connections, and no message
/// passes from thread to thread. The reactor takes reading back from a socket that has not been asked for a while, so that
/// heartbeats are answered and ends of connections noticed.
/// </summary>
internal sealed partial class Reactor
{
    private const int TickMs = 100;
    private long _lastReclaim;

    /// <summary>How many sockets are read by their own threads; any thread may ask, for a figure that is about right.</summary>
    public int Lent => _lent.Count;

    /// <summary>Called on any thread when a socket's own thread has begun to read.</summary>
    public void Lend(ZmqSocket socket)
    {
        _lending.Enqueue(socket);
        Wake();
    }

    /// <returns>When to look again, in milliseconds; -1 when nothing is lent.</returns>
    private int ReclaimReading()
    {
        while (_lending.TryDequeue(out var socket))
        {
            if (!_lent.Contains(socket))
            {
                _lent.Add(socket);
            }
        }
        if (_lent.Count == 0)
        {
            return -1;
        }
        // Whoever has not read since the last look is done with it: a look at each turn would take it away from all but the quickest.
        long now = Environment.TickCount64, due = _lastReclaim + TickMs;
        if (now < due)
        {
            return (int)(due - now);
        }
        _lastReclaim = now;
        // What was taken back is to be watched from the next turn on, at once.
        return _lent.RemoveAll(static socket => !socket.KeepsReading()) > 0 ? 0 : TickMs;
    }
}
