using System.Diagnostics;

namespace SocketLab.ZeroMq.Internal;

/// <summary>What the reactor does later: reconnecting, heartbeats, deadlines.</summary>
internal sealed partial class Reactor
{
    public ReactorTimer After(int ms, Action action)
    {
        var timer = new ReactorTimer(action);
        _timers.Enqueue(timer, Environment.TickCount64 + ms);
        return timer;
    }

    private void RunTimers()
    {
        long now = Environment.TickCount64;
        while (_timers.TryPeek(out var timer, out long due) && (due <= now || timer.IsCancelled))
        {
            _timers.Dequeue();
            if (!timer.IsCancelled)
            {
                try
                {
                    timer.Run();
                }
                catch (Exception error)
                {
                    Debug.WriteLine(error);
                }
            }
        }
    }
}

/// <summary>Something to be done later on the reactor's thread.</summary>
internal sealed class ReactorTimer(Action action)
{
    private Action? _action = action;

    public bool IsCancelled => Volatile.Read(ref _action) is null;

    public void Run() => Volatile.Read(ref _action)?.Invoke();

    /// <summary>Nothing is held by what is left in the queue until its time.</summary>
    public void Cancel() => Volatile.Write(ref _action, null);
}
