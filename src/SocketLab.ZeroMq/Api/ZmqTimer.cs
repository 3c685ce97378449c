namespace SocketLab.ZeroMq;

/// <summary>A timer of a <see cref="ZmqPoller"/>: <see cref="Elapsed"/> is raised on the poller's thread, again and again.</summary>
public class ZmqTimer
{
    private int _interval;
    private bool _enable = true;

    /// <summary>A timer with an interval in milliseconds.</summary>
    public ZmqTimer(int interval)
    {
        Interval = interval;
        DueMs = -1;
    }

    /// <summary>A timer with an interval.</summary>
    public ZmqTimer(TimeSpan interval) : this((int)interval.TotalMilliseconds) { }

    /// <summary>Raised when the interval has passed.</summary>
    public event EventHandler<ZmqTimerEventArgs>? Elapsed;

    /// <summary>The interval in milliseconds.</summary>
    public int Interval
    {
        get => _interval;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _interval = value;
            Begin();
        }
    }

    /// <summary>Whether it runs. Switched on, it begins anew.</summary>
    public bool Enable
    {
        get => _enable;
        set
        {
            _enable = value;
            Begin();
        }
    }

    /// <summary>When it is due next; -1 when that has to be worked out.</summary>
    internal long DueMs { get; set; }

    /// <summary>Switches it on, and begins the interval anew.</summary>
    public void EnableAndReset() => Enable = true;

    /// <summary>The poller that serves it is woken to look anew: it may be changed by any thread.</summary>
    internal Action? Changed { get; set; }

    private void Begin()
    {
        DueMs = -1;
        Changed?.Invoke();
    }

    internal void Raise() => Elapsed?.Invoke(this, new ZmqTimerEventArgs(this));
}

/// <summary>Says which timer it was.</summary>
public class ZmqTimerEventArgs : EventArgs
{
    /// <summary>Arguments for a timer.</summary>
    public ZmqTimerEventArgs(ZmqTimer timer) => Timer = timer;

    /// <summary>The timer.</summary>
    public ZmqTimer Timer { get; }
}
