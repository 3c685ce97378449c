namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Reading is lent to the thread that receives: while a program waits in Receive, its own thread reads its connections, and no message
/// passes from thread to thread. The reactor takes reading back from a socket that has not been asked for a while, so that
/// heartbeats are answered and ends of connections noticed.
/// </summary>
internal sealed partial class Reactor
{
    private const int TickMs = 100;

    private int _lentCount;
    private long _lastReclaim;

    /// <summary>How many sockets are read by their own threads, as the reactor saw it last.</summary>
    public int Lent => Volatile.Read(ref _lentCount);

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
        // Whoever has not read since the last look is done with it: a look at each turn would take it away from all but the quickest.
        long due = _lastReclaim + TickMs - Environment.TickCount64;
        if (due > 0 || _lent.Count == 0)
        {
            Volatile.Write(ref _lentCount, _lent.Count);
            return _lent.Count == 0 ? -1 : (int)due;
        }
        _lastReclaim += TickMs - due;
        int wait = -1;
        for (int i = _lent.Count - 1; i >= 0; i--)
        {
            if (_lent[i].KeepsReading())
            {
                wait = TickMs;
            }
            else
            {
                _lent.RemoveAt(i);
                wait = 0;
            }
        }
        Volatile.Write(ref _lentCount, _lent.Count);
        return wait;
    }
}
