using SocketLab.ZeroMq;
using SocketLab.ZeroMq.Sockets;
using SocketLab.ZeroMq.Tests.Sockets;

namespace SocketLab.ZeroMq.Tests.Threads;

public class ThreadTests
{
    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void Dispose_ends_a_receive_that_waits(string transport)
    {
        var pull = new PullSocket();
        using var push = new PushSocket();
        push.Connect(pull.BindFree(transport));
        push.SendFrame("x");
        Assert.Equal("x", pull.Receive());
        Exception? ended = null;
        var waiting = new Thread(() => ended = Record.Exception(() => pull.ReceiveFrameString()));
        waiting.Start();
        Endpoints.Until(() => (waiting.ThreadState & ThreadState.WaitSleepJoin) != 0 || pull.IsReadingLent, "waiting");
        pull.Dispose();
        Assert.True(waiting.Join(Endpoints.Deadline));
        Assert.True(ended is TerminatingException or ObjectDisposedException, $"{ended}");
    }

    [Fact]
    public void Two_threads_at_once_are_told_of_each_other()
    {
        using var pull = new PullSocket();
        pull.BindFree("tcp");
        using var inside = new ManualResetEventSlim();
        Exception? ended = null;
        var first = new Thread(() =>
        {
            inside.Set();
            ended = Record.Exception(() => pull.ReceiveFrameString());
        })
        { Name = "first reader" };
        first.Start();
        inside.Wait();
        InvalidOperationException? error = null;
        Endpoints.Until(
            () =>
            {
                try
                {
                    pull.TrySkipFrame();
                    return false;
                }
                catch (InvalidOperationException e)
                {
                    error = e;
                    return true;
                }
            },
            "an exception");
        Assert.Contains("first reader", error!.Message, StringComparison.Ordinal);
        Assert.Contains($"{Environment.CurrentManagedThreadId}", error.Message, StringComparison.Ordinal);
        pull.Dispose();
        first.Join();
    }

    [Fact]
    public void A_socket_may_be_handed_from_thread_to_thread()
    {
        using var rep = new ResponseSocket();
        using var req = new RequestSocket();
        req.Connect(rep.BindFree("tcp"));
        for (int i = 0; i < 20; i++)
        {
            var one = new Thread(() =>
            {
                req.SendFrame("x");
                rep.SendFrame(rep.Receive());
            });
            one.Start();
            one.Join();
            Assert.Equal("x", req.Receive());
        }
    }

    [Fact]
    public void A_thousand_sockets_leave_no_thread_and_no_handle()
    {
        Cycle(20);
        int threads = System.Diagnostics.Process.GetCurrentProcess().Threads.Count;
        int handles = Directory.GetFiles("/proc/self/fd").Length;
        Cycle(1000);
        // Other tests run beside this one: what leaks for each of a thousand would be far above this.
        Endpoints.Until(
            () => System.Diagnostics.Process.GetCurrentProcess().Threads.Count < threads + 100
                && Directory.GetFiles("/proc/self/fd").Length < handles + 300,
            $"threads and handles as before ({threads}, {handles})");

        static void Cycle(int times)
        {
            for (int i = 0; i < times; i++)
            {
                using var pull = new PullSocket();
                using var push = new PushSocket();
                push.Connect(pull.BindFree("tcp"));
                push.SendFrame("x");
                Assert.Equal("x", pull.Receive());
            }
        }
    }
}
