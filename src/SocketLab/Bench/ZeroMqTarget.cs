using System.Net;

namespace SocketLab.Bench;

/// <summary>What the ZeroMQ targets have in common: our own side on a port that the kernel chooses, and threads, one a socket.</summary>
internal abstract class ZeroMqTarget : Target
{
    protected static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    public static ZeroMqTarget Create(Contestant one) => one.Plan.Work switch
    {
        Work.ReqRep => new ReqRepTarget(one),
        _ when one.IsArrivals => new ArrivalsTarget(one.Plan, one.Server!),
        _ => new OneWayTarget(one.Plan),
    };

    protected static string Url(IPEndPoint server) => $"tcp://{server}";

    /// <summary>Binds to loopback; gives where to connect.</summary>
    protected static string BindFree(ZmqSocket socket)
    {
        socket.Bind("tcp://127.0.0.1:0");
        return socket.Options.LastEndpoint!;
    }

    /// <summary>Runs one job a connection, the first on this thread; gives the first failure, when all have ended.</summary>
    protected static void RunAll(int count, Action<int, CancellationToken> job, CancellationToken cancel)
    {
        using var any = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var others = Enumerable.Range(1, count - 1).Select(i => Start(() => Guarded(i))).ToArray();
        try
        {
            Guarded(0);
        }
        finally
        {
            Task.WhenAll(others).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Wait(CancellationToken.None);
        }
        if (others.FirstOrDefault(one => one.IsFaulted) is { } failed)
        {
            failed.GetAwaiter().GetResult();
        }
        cancel.ThrowIfCancellationRequested();

        void Guarded(int i)
        {
            try
            {
                job(i, any.Token);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                // Another's failure has ended this one; that failure is what is told.
            }
            catch
            {
                any.Cancel();
                throw;
            }
        }
    }

    protected static Task Start(Action job) => Task.Factory.StartNew(job, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
