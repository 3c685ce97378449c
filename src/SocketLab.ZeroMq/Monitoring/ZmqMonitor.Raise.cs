namespace SocketLab.ZeroMq.Monitoring;

/// <summary>From what the engine reports to the monitor's events.</summary>
public partial class ZmqMonitor
{
    private void OnEvent(in ZmqEvent what)
    {
        string address = what.Remote ?? what.Local ?? "";
        ZmqMonitorEventArgs? args = what.Kind switch
        {
            ZmqEventKind.Listening => new ZmqMonitorSocketEventArgs(this, what.Local ?? "", SocketEvents.Listening),
            ZmqEventKind.BindFailed => new ZmqMonitorErrorEventArgs(this, address, what.Code, SocketEvents.BindFailed),
            ZmqEventKind.Closed => new ZmqMonitorSocketEventArgs(this, address, SocketEvents.Closed),
            ZmqEventKind.Connecting => new ZmqMonitorErrorEventArgs(this, address, ErrorCode.InProgress, SocketEvents.ConnectDelayed),
            ZmqEventKind.Connected => new ZmqMonitorSocketEventArgs(this, address, SocketEvents.Connected),
            ZmqEventKind.Accepted => new ZmqMonitorSocketEventArgs(this, address, SocketEvents.Accepted),
            ZmqEventKind.AcceptFailed => new ZmqMonitorErrorEventArgs(this, address, ErrorCode.ConnectionAborted, SocketEvents.AcceptFailed),
            ZmqEventKind.HandshakeDone => new ZmqMonitorSocketEventArgs(this, address, SocketEvents.HandshakeSucceeded),
            ZmqEventKind.HandshakeFailed =>
                new ZmqMonitorErrorEventArgs(this, address, ErrorCode.ConnectionAborted, SocketEvents.HandshakeFailed),
            ZmqEventKind.Dropped => new ZmqMonitorCountEventArgs(this, address, what, SocketEvents.Dropped),
            ZmqEventKind.QueueFull => new ZmqMonitorCountEventArgs(this, address, what, SocketEvents.QueueFull),
            ZmqEventKind.Disconnected => new ZmqMonitorSocketEventArgs(this, address, SocketEvents.Disconnected),
            ZmqEventKind.Retrying => new ZmqMonitorIntervalEventArgs(
                this, address, (int)what.Wait.TotalMilliseconds, SocketEvents.ConnectRetried),
            _ => null,
        };
        if (args is not null && (_wanted & args.SocketEvent) != 0)
        {
            args.Reason = what.Reason;
            // A monitor that nobody runs forgets the newest, rather than holding up the engine.
            _events.TryAdd(args);
        }
    }

    private void Raise(ZmqMonitorEventArgs what)
    {
        EventReceived?.Invoke(this, what);
        switch (what)
        {
            case ZmqMonitorIntervalEventArgs interval:
                ConnectRetried?.Invoke(this, interval);
                break;
            case ZmqMonitorErrorEventArgs error:
                (what.SocketEvent switch
                {
                    SocketEvents.BindFailed => BindFailed,
                    SocketEvents.ConnectDelayed => ConnectDelayed,
                    SocketEvents.HandshakeFailed => HandshakeFailed,
                    _ => AcceptFailed,
                })?.Invoke(this, error);
                break;
            case ZmqMonitorCountEventArgs count:
                (what.SocketEvent == SocketEvents.Dropped ? Dropped : QueueFull)?.Invoke(this, count);
                break;
            case ZmqMonitorSocketEventArgs socket:
                (what.SocketEvent switch
                {
                    SocketEvents.Listening => Listening,
                    SocketEvents.Closed => Closed,
                    SocketEvents.Connected => Connected,
                    SocketEvents.Accepted => Accepted,
                    SocketEvents.HandshakeSucceeded => HandshakeSucceeded,
                    _ => Disconnected,
                })?.Invoke(this, socket);
                break;
        }
    }
}
