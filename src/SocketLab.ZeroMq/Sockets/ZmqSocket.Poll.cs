using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq;

/// <summary>Asking what could be done now, waiting for it, and the events that a <see cref="ZmqPoller"/> raises.</summary>
public abstract partial class ZmqSocket
{
    /// <summary>Raised by <see cref="Poll()"/> or a poller when a message can be received.</summary>
    public event EventHandler<ZmqSocketEventArgs>? ReceiveReady;

    /// <summary>Raised by <see cref="Poll()"/> or a poller when a message can be sent.</summary>
    public event EventHandler<ZmqSocketEventArgs>? SendReady;

    /// <summary>Whether a frame can be received without waiting.</summary>
    public bool HasIn => Ready(PollEvents.PollIn, TimeSpan.Zero) != PollEvents.None;

    /// <summary>Whether a message can be sent without waiting.</summary>
    public bool HasOut => Ready(PollEvents.PollOut, TimeSpan.Zero) != PollEvents.None;

    internal Waker Waker => _waker;

    internal bool HasHandlers => ReceiveReady is not null || SendReady is not null;

    /// <summary>Waits until an event with a handler can be raised, and raises it.</summary>
    public void Poll() => Poll(SendReceiveConstants.InfiniteTimeout);

    /// <summary>Waits so long for an event with a handler, and raises it. False when none came.</summary>
    public bool Poll(TimeSpan timeout)
    {
        var events = Ready(Interests, timeout);
        Raise(events);
        return events != PollEvents.None;
    }

    /// <summary>Waits so long for any of the events. Returns those that have come.</summary>
    public PollEvents Poll(PollEvents pollEvents, TimeSpan timeout) => Ready(pollEvents, timeout);

    internal PollEvents Interests =>
        (ReceiveReady is null ? PollEvents.None : PollEvents.PollIn) | (SendReady is null ? PollEvents.None : PollEvents.PollOut);

    /// <summary>For a poller: what is so now, without waiting and without reading.</summary>
    internal PollEvents ReadyNow(PollEvents wanted)
    {
        EnterCall();
        try
        {
            return Look(wanted);
        }
        finally
        {
            LeaveCall();
        }
    }

    internal void Raise(PollEvents events)
    {
        if (events == PollEvents.None)
        {
            return;
        }
        var args = new ZmqSocketEventArgs(this, events);
        if ((events & PollEvents.PollOut) != 0)
        {
            SendReady?.Invoke(this, args);
        }
        if ((events & PollEvents.PollIn) != 0)
        {
            ReceiveReady?.Invoke(this, args);
        }
    }

    private PollEvents Ready(PollEvents wanted, TimeSpan timeout)
    {
        var deadline = Deadline.After(timeout);
        EnterCall();
        bool mayRead = false;
        try
        {
            while (true)
            {
                _waker.Reset();
                var events = Look(wanted);
                if (events != PollEvents.None)
                {
                    return events;
                }
                mayRead = mayRead || ((wanted & PollEvents.PollIn) != 0 && BeginReading());
                if (mayRead)
                {
                    Sweep(0);
                    events = Look(wanted);
                }
                int ms = deadline.RemainingMs;
                if (events != PollEvents.None || ms == 0)
                {
                    return events;
                }
                ObjectDisposedExceptionIfClosing();
                if (mayRead && _connections.Length > 0)
                {
                    Sweep(ms);
                }
                else
                {
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
            LeaveCall();
        }
    }

    private PollEvents Look(PollEvents wanted)
    {
        var events = PollEvents.None;
        if ((wanted & PollEvents.PollIn) != 0 && (_hot.HasFetched || Fetch()))
        {
            events |= PollEvents.PollIn;
        }
        if ((wanted & PollEvents.PollOut) != 0 && MaySend && CanSendNow())
        {
            events |= PollEvents.PollOut;
        }
        return events;
    }

    /// <summary>Whether the state of the socket allows receiving now.</summary>
    private protected virtual bool MayReceive => true;

    /// <summary>Whether the state of the socket allows sending now.</summary>
    private protected virtual bool MaySend => true;

    private bool Fetch() => _hot.HasFetched = MayReceive && TryTake(ref _fetched);
}
