using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq;

/// <summary>
/// Receiving: take what is queued, else read the connections with this very thread, else sleep on all of them at once. A socket with
/// very many peers leaves reading to the reactor.
/// </summary>
public abstract partial class ZmqSocket
{
    private const int MostLentConnections = 64;
    private readonly List<System.Net.Sockets.Socket> _select = [];
    private readonly List<Connection> _selected = [];
    private Arena? _arena;
    private Msg _fetched;
    private int _readGate;
    private volatile bool _touched;
    private long _lastSweepMs;

    internal bool IsReadingLent => _hot.IsLent;

    /// <summary>A frame was taken for a poll, and the program has not received it yet.</summary>
    private protected bool HasFetched => _hot.HasFetched;

    private protected void ForgetFetched()
    {
        _fetched.Drop();
        _hot.HasFetched = false;
    }

    /// <inheritdoc/>
    /// <exception cref="FiniteStateMachineException">A REQ or REP socket is not to receive now.</exception>
    /// <exception cref="TerminatingException">The socket was disposed while this call waited.</exception>
    public virtual bool TryReceive(ref Msg msg, TimeSpan timeout)
    {
        EnterCall();
        try
        {
            if (_hot.HasFetched)
            {
                TakeFetched(ref msg);
                return true;
            }
            CheckReceive();
            bool stale = _hot.HasSeveralConnections && _hot.IsLent && Environment.TickCount64 != _lastSweepMs;
            if (!stale && Take(ref msg))
            {
                return true;
            }
            return ReceiveSlow(ref msg, timeout);
        }
        finally
        {
            LeaveCall();
        }
    }

    /// <summary>Throws when the state of the socket does not allow receiving.</summary>
    private protected virtual void CheckReceive()
    {
    }

    /// <summary>Takes the next frame for the program, if one is queued.</summary>
    private protected abstract bool TryTake(ref Msg msg);

    /// <summary>What was taken for a poll becomes the program's.</summary>
    private void TakeFetched(ref Msg msg)
    {
        msg.Drop();
        msg = _fetched;
        _fetched = default;
        _hot.HasFetched = false;
        ReceivedMore = msg.HasMore;
    }

    private bool Take(ref Msg msg)
    {
        msg.Drop();
        if (!TryTake(ref msg))
        {
            msg.InitEmpty();
            return false;
        }
        ReceivedMore = msg.HasMore;
        return true;
    }

    private bool ReceiveSlow(ref Msg msg, TimeSpan timeout)
    {
        var deadline = Deadline.After(timeout);
        bool mayRead = BeginReading();
        try
        {
            while (true)
            {
                _waker.Reset();
                int ms = deadline.RemainingMs;
                // In lock-step the answer is not there yet: waiting for it at once saves the system call that would say so.
                if (mayRead && !(SendsAtOnce && _connections.Length == 1 && ms != 0))
                {
                    Sweep(0);
                }
                if (Take(ref msg))
                {
                    return true;
                }
                ObjectDisposedExceptionIfClosing();
                if (ms == 0)
                {
                    return false;
                }
                if (!mayRead)
                {
                    mayRead = BeginReading();
                }
                if (mayRead && _connections.Length is > 0 and <= MostLentConnections)
                {
                    Sweep(ms);
                }
                else
                {
                    if (mayRead && _connections.Length > 0)
                    {
                        // Too many have come while this thread waited: the reactor reads for it from here on.
                        Volatile.Write(ref _readGate, 0);
                        mayRead = false;
                        ReturnReading();
                    }
                    _waker.Wait(ms);
                }
            }
        }
        finally
        {
            if (mayRead)
            {
                Volatile.Write(ref _readGate, 0);
            }
        }
    }
}
