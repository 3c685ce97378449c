namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// A lock for a few instructions: one exchange to enter, one store to leave. On a busy machine the holder may lose its core, so
/// whoever waits soon yields.
/// </summary>
internal struct SpinGate
{
    private int _held;

    public void Enter()
    {
        if (Interlocked.Exchange(ref _held, 1) != 0)
        {
            Wait();
        }
    }

    public void Exit() => Volatile.Write(ref _held, 0);

    private void Wait()
    {
        var spinner = default(SpinWait);
        do
        {
            spinner.SpinOnce(sleep1Threshold: -1);
        }
        while (Volatile.Read(ref _held) != 0 || Interlocked.Exchange(ref _held, 1) != 0);
    }
}
