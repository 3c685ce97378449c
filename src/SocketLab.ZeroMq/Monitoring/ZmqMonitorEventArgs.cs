namespace SocketLab.ZeroMq.Monitoring;

/// <summary>What a <see cref="ZmqMonitor"/> has seen.</summary>
public class ZmqMonitorEventArgs : EventArgs
{
    internal ZmqMonitorEventArgs(ZmqMonitor monitor, string address, SocketEvents socketEvent)
    {
        Monitor = monitor;
        Address = address;
        SocketEvent = socketEvent;
    }

    /// <summary>The monitor.</summary>
    public ZmqMonitor Monitor { get; }

    /// <summary>The peer's endpoint, or our own for a listener.</summary>
    public string Address { get; }

    /// <summary>What happened.</summary>
    public SocketEvents SocketEvent { get; }

    /// <summary>Why, in plain words, where there is a reason. An addition to NetMQ's API.</summary>
    public string? Reason { get; internal set; }
}

/// <summary>An event of a connection or listener.</summary>
public class ZmqMonitorSocketEventArgs : ZmqMonitorEventArgs
{
    internal ZmqMonitorSocketEventArgs(ZmqMonitor monitor, string address, SocketEvents socketEvent)
        : base(monitor, address, socketEvent) { }
}

/// <summary>An event with an error code.</summary>
public class ZmqMonitorErrorEventArgs : ZmqMonitorEventArgs
{
    /// <summary>Arguments for an error.</summary>
    public ZmqMonitorErrorEventArgs(ZmqMonitor monitor, string address, ErrorCode errorCode, SocketEvents socketEvent)
        : base(monitor, address, socketEvent) => ErrorCode = errorCode;

    /// <summary>The error.</summary>
    public ErrorCode ErrorCode { get; }
}

/// <summary>An event with a wait.</summary>
public class ZmqMonitorIntervalEventArgs : ZmqMonitorEventArgs
{
    /// <summary>Arguments for a retry.</summary>
    public ZmqMonitorIntervalEventArgs(ZmqMonitor monitor, string address, int interval, SocketEvents socketEvent)
        : base(monitor, address, socketEvent) => Interval = interval;

    /// <summary>The wait in milliseconds.</summary>
    public int Interval { get; }
}

/// <summary>An event about a number of messages. An addition to NetMQ's API.</summary>
public class ZmqMonitorCountEventArgs : ZmqMonitorEventArgs
{
    internal ZmqMonitorCountEventArgs(ZmqMonitor monitor, string address, in ZmqEvent what, SocketEvents socketEvent)
        : base(monitor, address, socketEvent) => (Count, Drop) = (what.Count, what.Drop);

    /// <summary>How many messages.</summary>
    public long Count { get; }

    /// <summary>Of which kind a drop is.</summary>
    public ZmqDropKind Drop { get; }
}
