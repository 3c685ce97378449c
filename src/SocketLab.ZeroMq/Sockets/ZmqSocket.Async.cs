namespace SocketLab.ZeroMq;

/// <summary>For those who wait elsewhere (a poller, a proxy, an <c>await</c>): to be told when something about the socket has changed.</summary>
public abstract partial class ZmqSocket
{
    /// <summary>For <c>await</c>: a task that ends when something has changed.</summary>
    internal async Task Changed(CancellationToken cancel)
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Action listener = () => changed.TrySetResult();
        ListenElsewhere(listener);
        try
        {
            // What came between the look and the listening would else be missed.
            bool readable = IsDisposed || ReadyNow(PollEvents.PollIn) != PollEvents.None;
            if (!readable)
            {
                await changed.Task.WaitAsync(cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            StopListening(listener);
        }
        ObjectDisposedExceptionIfClosing();
    }

    /// <summary>
    /// Lets the reactor read, and calls back at every change: for those who wait elsewhere. There may be several, such as a poller, and in one of
    /// its events an <c>await</c>.
    /// </summary>
    internal void ListenElsewhere(Action listener)
    {
        lock (_pipesLock)
        {
            _waker.Listener = _waker.Listener - listener + listener;
        }
        ReturnReading();
    }

    internal void StopListening(Action listener)
    {
        lock (_pipesLock)
        {
            _waker.Listener -= listener;
        }
    }

    /// <summary>Takes a frame that is queued, if there is one, and reads nothing: the reactor does.</summary>
    internal bool TryReceiveQueued(ref Msg msg)
    {
        EnterCall();
        try
        {
            if (Look(PollEvents.PollIn) == PollEvents.None)
            {
                return false;
            }
            TakeFetched(ref msg);
            return true;
        }
        finally
        {
            LeaveCall();
        }
    }
}
