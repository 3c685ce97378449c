namespace SocketLab.ZeroMq;

/// <summary>The poller's thread: actions, sockets, timers, and then a sleep until something changes or a timer is due.</summary>
public sealed partial class ZmqPoller
{
    private void Begin()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        lock (_lock)
        {
            if (!_stopped.IsSet)
            {
                throw new InvalidOperationException("the poller runs already");
            }
            _stopped.Reset();
            _stop = false;
        }
    }

    private void Serve()
    {
        _thread = Thread.CurrentThread;
        foreach (var socket in Snapshot())
        {
            Listen(socket, true);
        }
        try
        {
            while (!_stop)
            {
                RunActions();
                bool any = RaiseSockets();
                int wait = RaiseTimers();
                if (!any && !_stop)
                {
                    _changed.WaitOne(wait);
                }
            }
        }
        finally
        {
            foreach (var socket in Snapshot())
            {
                Listen(socket, false);
            }
            lock (_lock)
            {
                _stopped.Set();
            }
            RunActions();
        }
    }

    private void RunActions()
    {
        while (true)
        {
            Action? action;
            lock (_lock)
            {
                if (!_actions.TryDequeue(out action))
                {
                    return;
                }
            }
            action();
        }
    }

    private ISocketPollable[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _sockets];
        }
    }

    private bool RaiseSockets()
    {
        bool any = false;
        foreach (var socket in Snapshot())
        {
            var zmq = socket.Socket;
            if (socket.IsDisposed || zmq.IsDisposed || _stop)
            {
                continue;
            }
            try
            {
                var events = zmq.ReadyNow(zmq.Interests);
                any |= events != PollEvents.None;
                zmq.Raise(events);
            }
            catch (Exception error) when (error is ObjectDisposedException or TerminatingException && zmq.IsDisposed)
            {
                // Disposed elsewhere, which ended what its event was doing; the others are still to be served.
            }
        }
        return any;
    }

    /// <returns>Milliseconds until the next timer; -1 when there is none.</returns>
    private int RaiseTimers()
    {
        long next = long.MaxValue;
        ZmqTimer[] timers;
        lock (_lock)
        {
            timers = [.. _timers];
        }
        foreach (var timer in timers)
        {
            long now = Environment.TickCount64;
            if (!timer.Enable)
            {
                continue;
            }
            if (timer.DueMs < 0)
            {
                timer.DueMs = now + timer.Interval;
            }
            else if (timer.DueMs <= now)
            {
                timer.DueMs = now + timer.Interval;
                timer.Raise();
            }
            next = timer.Enable ? Math.Min(next, timer.DueMs < 0 ? now : timer.DueMs) : next;
        }
        return next == long.MaxValue ? -1 : (int)Math.Clamp(next - Environment.TickCount64, 0, int.MaxValue);
    }

    private void Listen(ISocketPollable socket, bool on)
    {
        if (on && !socket.Socket.IsDisposed)
        {
            socket.Socket.ListenElsewhere(_wake);
        }
        else if (!on)
        {
            socket.Socket.StopListening(_wake);
        }
    }
}
