using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq;

/// <summary>The end: a bounded wait for what is still to be sent, and then nothing is left behind.</summary>
public abstract partial class ZmqSocket
{
    private int _letGo, _partings;

    /// <summary>As <see cref="Dispose()"/>.</summary>
    public void Close() => Dispose();

    /// <summary>
    /// Closes the socket. Waits at most <see cref="SocketOptions.Linger"/> for queued messages to be handed to the system, and by it to the peer's; a call that waits in the
    /// socket on another thread ends with <see cref="TerminatingException"/>.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _hot.Disposed, 1) != 0)
        {
            return;
        }
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes endpoints and connections.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }
        _waker.Signal();
        var listeners = _listeners.Values.ToArray();
        var connectors = _connectors.Values.ToArray();
        var deadline = Deadline.After(Options.Linger);
        WaitUntilSent(Pipes.OfType<StreamPipe>(), deadline);
        RunOnReactor(() =>
        {
            foreach (var listener in listeners)
            {
                listener.Close(withConnections: true);
            }
            foreach (var connector in connectors)
            {
                connector.Close("closed here");
            }
            foreach (var connection in _connections)
            {
                connection.Close("closed here");
            }
        });
        WaitUntil(() => Volatile.Read(ref _partings) == 0, deadline);
        foreach (var end in _inproc)
        {
            end.Close();
        }
        foreach (var pipe in Pipes)
        {
            Detach(pipe);
        }
        _waker.Signal();
        // A program's thread may still be leaving its call: then it is the one to let go.
        if (!_hot.Guard.IsTaken())
        {
            LetGo();
        }
    }

    private void LetGo()
    {
        if (Interlocked.Exchange(ref _letGo, 1) == 0)
        {
            _arena?.Clear();
            _fetched.Drop();
            DropParts();
            _waker.Dispose();
        }
    }

    internal void PartingBegins() => Interlocked.Increment(ref _partings);

    /// <summary>What had been sent on a connection that was closed here has reached the peer's system, or never will.</summary>
    internal void PartingIsDelivered()
    {
        Interlocked.Decrement(ref _partings);
        _waker.Signal();
    }

    private void WaitUntilSent(IEnumerable<StreamPipe> pipes, Deadline deadline)
    {
        var waiting = pipes.Where(p => p.QueuedMessages > 0).ToList();
        waiting.ForEach(p => p.FlushFromReactor());
        WaitUntil(() => !waiting.Exists(p => p.QueuedMessages > 0 && !p.IsGone), deadline);
    }

    private void WaitUntil(Func<bool> isSo, Deadline deadline)
    {
        // In a callback on the reactor's thread nothing would come of waiting.
        while (!isSo() && !Reactor.Shared.IsCurrent && deadline.RemainingMs is not 0 and var ms)
        {
            _waker.Reset();
            if (!isSo())
            {
                _waker.Wait(ms < 0 ? 20 : Math.Min(ms, 20));
            }
        }
    }
}
