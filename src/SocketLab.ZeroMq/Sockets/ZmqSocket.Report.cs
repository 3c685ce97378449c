using SocketLab.ZeroMq.Internal;
using SocketLab.ZeroMq.Transports;

namespace SocketLab.ZeroMq;

/// <summary>Telling those who look what happens: the observer and the monitors. With nobody there it costs a comparison.</summary>
public abstract partial class ZmqSocket
{
    /// <summary>Whether anybody looks: where it is costly to say what happens, ask first.</summary>
    internal bool IsObserved => Observe is not null || _monitors is not null;

    internal void Report(in ZmqEvent what)
    {
        Show(Observe, what);
        Show(Volatile.Read(ref _monitors), what);
    }

    private static void Show(ZmqObserver? view, in ZmqEvent what)
    {
        try
        {
            view?.Invoke(what);
        }
        catch (Exception)
        {
            // A broken view must not break the socket that it looks at, nor blind the others.
        }
    }

    internal void AddMonitor(ZmqObserver monitor)
    {
        lock (_pipesLock)
        {
            _monitors += monitor;
        }
    }

    internal void RemoveMonitor(ZmqObserver monitor)
    {
        lock (_pipesLock)
        {
            _monitors -= monitor;
        }
    }

    /// <summary>Tells, once each time it happens, that the queue to a peer has reached its high-water mark.</summary>
    internal void ReportFull(Pipe pipe, long queued)
    {
        if (IsObserved)
        {
            Report(About(ZmqEventKind.QueueFull, pipe) with { Count = queued });
        }
    }

    /// <summary>Counts a message that is not queued for a peer, and tells of it.</summary>
    internal void Drop(Pipe pipe, ZmqDropKind kind, string reason)
    {
        pipe.CountDrop();
        ReportDrop(pipe, kind, reason, 1);
    }

    /// <summary>Tells of a message that was dropped since it names nobody: there is no peer to count it for.</summary>
    private protected void DropAddressed(string reason)
    {
        if (IsObserved)
        {
            Report(new ZmqEvent { Kind = ZmqEventKind.Dropped, Count = 1, Drop = ZmqDropKind.NoSuchPeer, Reason = reason });
        }
    }

    /// <summary>Tells of messages that were dropped; they are counted already.</summary>
    private void ReportDrop(Pipe pipe, ZmqDropKind kind, string reason, long messages)
    {
        if (IsObserved)
        {
            Report(About(ZmqEventKind.Dropped, pipe) with { Count = messages, Drop = kind, Reason = reason });
        }
    }

    private protected void ReportTopic(Pipe pipe, bool subscribe, ReadOnlySpan<byte> topic)
    {
        if (IsObserved)
        {
            Report(About(subscribe ? ZmqEventKind.Subscribed : ZmqEventKind.Cancelled, pipe) with { Bytes = topic });
        }
    }

    private static ZmqEvent About(ZmqEventKind kind, Pipe pipe) => new()
    {
        Kind = kind,
        ConnectionId = pipe is InprocPipe inproc ? inproc.Id : (pipe as StreamPipe)?.Connection?.Id ?? 0,
        Remote = pipe.RemoteEndpoint,
    };
}
