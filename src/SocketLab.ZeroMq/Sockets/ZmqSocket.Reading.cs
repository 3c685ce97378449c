using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq;

/// <summary>
/// Reading the connections with the program's own thread while it receives, and giving that back to the reactor. A gate sees to it that one
/// thread reads at a time.
/// </summary>
public abstract partial class ZmqSocket
{
    // What many connections have read at once must not have left the core's cache when its turn comes.
    private const int Few = 16, ShortReadBytes = 64 * 1024;

    /// <summary>
    /// Takes reading over from the reactor. False when there is nothing that this thread should read: also when somebody waits elsewhere, a
    /// poller most often, whom only the reactor tells of what comes when this thread has gone on.
    /// </summary>
    private bool BeginReading(bool forOnce = false)
    {
        if (_connections.Length is 0 or > MostLentConnections || IsPublisher || (_waker.Listener is not null && !forOnce))
        {
            return false;
        }
        var spinner = default(SpinWait);
        while (Interlocked.CompareExchange(ref _readGate, 1, 0) != 0)
        {
            spinner.SpinOnce();
        }
        _touched = true;
        if (!_hot.IsLent)
        {
            _hot.IsLent = true;
            Reactor.Shared.Lend(this);
        }
        return true;
    }

    /// <summary>Until nobody is in the middle of reading one of the connections.</summary>
    private protected void AwaitReader()
    {
        var spinner = default(SpinWait);
        while (Volatile.Read(ref _readGate) == 2)
        {
            spinner.SpinOnce();
        }
    }

    /// <summary>Receives from every connection that has something, waiting for the first if need be.</summary>
    private void Sweep(int waitMs)
    {
        _arena ??= new Arena();
        var connections = _connections;
        _lastSweepMs = Environment.TickCount64;
        if (connections.Length == 1 && waitMs == 0)
        {
            Read(connections[0]);
            return;
        }
        _select.Clear();
        _selected.Clear();
        foreach (var connection in connections)
        {
            if (!connection.Pipe.IsPaused && connection.IsInTraffic)
            {
                _select.Add(connection.Socket);
                _selected.Add(connection);
            }
        }
        if (_selected.Count == 0 && waitMs == 0)
        {
            return;
        }
        try
        {
            _waker.Select(_select, waitMs);
        }
        catch (Exception error) when (error is ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            // One of them was closed under our feet; the reactor takes it off the list.
            Thread.Yield();
            return;
        }
        for (int i = 0, at = 0; i < _selected.Count && at < _select.Count; i++)
        {
            if (_select[at] == _selected[i].Socket)
            {
                at++;
                Read(_selected[i]);
            }
        }
    }

    /// <summary>
    /// What has come may still be in the system's buffers, all the more where this thread reads and not the reactor: takes it into the queues.
    /// A connection that was read within this very millisecond is not asked: that would cost each request of a fast sequence a system call.
    /// </summary>
    private protected void ReadWhatHasCome()
    {
        bool wasLent = _hot.IsLent;
        if (!Array.Exists(_connections, HasUnread) || !BeginReading(forOnce: true))
        {
            return;
        }
        try
        {
            Sweep(0);
        }
        finally
        {
            Volatile.Write(ref _readGate, 0);
        }
        if (!wasLent)
        {
            ReturnReading();
        }
    }

    private static bool HasUnread(Connection connection) => connection.LastHeardMs != Environment.TickCount64
        && connection.IsInTraffic && !connection.Pipe.IsPaused && connection.HasUnread();

    private void Read(Connection connection)
    {
        try
        {
            bool many = _connections.Length > Few || Reactor.Shared.Lent > Few;
            connection.ReadOnce(_arena!, many ? ShortReadBytes : int.MaxValue);
        }
        catch (Exception error)
        {
            // The boundary of a connection: nothing that comes from one may disturb the others.
            connection.OnFault(error);
        }
    }

    internal bool TryBeginReactorRead() => !_hot.IsLent && Interlocked.CompareExchange(ref _readGate, 2, 0) == 0;

    internal void EndReactorRead() => Volatile.Write(ref _readGate, 0);

    /// <summary>Asked by the reactor from time to time: is this socket's own thread still reading?</summary>
    internal bool KeepsReading()
    {
        if (IsDisposed)
        {
            _hot.IsLent = false;
            return false;
        }
        if (Volatile.Read(ref _readGate) == 1 || _touched)
        {
            _touched = false;
            return true;
        }
        _hot.IsLent = false;
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _readGate) == 1)
        {
            _hot.IsLent = true;
            return true;
        }
        return false;
    }

    /// <summary>Gives reading back to the reactor: for a poller or an awaiting method, which does not wait here.</summary>
    private void ReturnReading()
    {
        if (_hot.IsLent && Volatile.Read(ref _readGate) == 0)
        {
            _hot.IsLent = false;
            Reactor.Shared.Post(static () => { });
        }
    }
}
