using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq;

/// <summary>The end: a bounded wait for what is still to be sent, and then nothing is left behind.</summary>
public abstract partial class ZmqSocket
{
    private int _letGo;

    /// <summary>As <see cref="Dispose()"/>.</summary>
    public void Close() => Dispose();

    /// <summary>
    /// Closes the socket. Waits at most <see cref="SocketOptions.Linger"/> for queued messages to be handed to the system; a call that waits in the
    /// socket on another thread ends with <see cref="TerminatingException"/>.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
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
        WaitUntilSent(Pipes.OfType<StreamPipe>());
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
                connection.Fail("closed here");
            }
        });
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
        if (Volatile.Read(ref _userId) == 0)
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

    private void WaitUntilSent(IEnumerable<StreamPipe> pipes)
    {
        var waiting = pipes.Where(p => p.QueuedMessages > 0).ToList();
        var deadline = Deadline.After(Options.Linger);
        waiting.ForEach(p => p.FlushFromReactor());
        while (waiting.Exists(p => p.QueuedMessages > 0 && !p.IsGone) && deadline.RemainingMs is not 0 and var ms)
        {
            _waker.Reset();
            _waker.Wait(ms < 0 ? 20 : Math.Min(ms, 20));
        }
    }
}
