namespace SocketLab.ZeroMq;

/// <summary>For <c>await</c>: a task that ends when something about the socket has changed.</summary>
public abstract partial class ZmqSocket
{
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
}
