using SocketLab.ZeroMq;
using SocketLab.ZeroMq.Sockets;
using SocketLab.ZeroMq.Tests.Sockets;

namespace SocketLab.ZeroMq.Tests.Threads;

public class ThreadTests
{
    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void Dispose_ends_a_receive_that_waits_within_a_second(string transport)
    {
        var pull = new PullSocket();
        using var push = new PushSocket();
        push.Connect(pull.BindFree(transport));
        push.SendFrame("x");
        Assert.Equal("x", pull.Receive());
        Exception? ended = null;
        long endedAt = 0;
        var waiting = new Thread(() =>
        {
            ended = Record.Exception(() => pull.ReceiveFrameString());
            endedAt = Environment.TickCount64;
        });
        waiting.Start();
        Endpoints.Until(() => (waiting.ThreadState & ThreadState.WaitSleepJoin) != 0 || pull.IsReadingLent, "waiting");
        long begun = Environment.TickCount64;
        pull.Dispose();
        Assert.True(waiting.Join(Endpoints.Deadline));
        Assert.True(ended is TerminatingException or ObjectDisposedException, $"{ended}");
        Assert.True(endedAt - begun < 1000, $"{endedAt - begun} ms");
    }

    [Fact]
    public async Task Two_threads_that_wake_each_other_all_the_time_never_wait_for_each_other()
    {
        const int messages = 3_000_000;
        using var pull = new PullSocket();
        using var push = new PushSocket();
        pull.Options.ReceiveHighWatermark = push.Options.SendHighWatermark = 50;
        pull.Bind("inproc://wakes");
        push.Connect("inproc://wakes");
        var sending = Task.Run(() =>
        {
            byte[] data = [1];
            for (int i = 0; i < messages; i++)
            {
                push.SendFrame(data);
            }
        }, TestContext.Current.CancellationToken);
        var receiving = Task.Run(() =>
        {
            var msg = default(Msg);
            for (int i = 0; i < messages; i++)
            {
                pull.Receive(ref msg);
            }
        }, TestContext.Current.CancellationToken);
        await Task.WhenAll(sending, receiving).WaitAsync(Endpoints.Deadline, TestContext.Current.CancellationToken);
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
            do
            {
                // Whoever comes second is told: when that was this thread, it tries again.
                ended = Record.Exception(() => pull.ReceiveFrameString());
            }
            while (ended?.GetType() == typeof(InvalidOperationException));
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

    [Theory]
    [InlineData("send")]
    [InlineData("poll")]
    [InlineData("poll for sending")]
    [InlineData("first frame")]
    public void Dispose_ends_whatever_waits_within_a_second(string call)
    {
        var socket = new DealerSocket();
        socket.BindFree("tcp");
        Exception? ended = null;
        long endedAt = 0;
        var waiting = new Thread(() =>
        {
            ended = Record.Exception(() =>
            {
                switch (call)
                {
                    case "send":
                        socket.SendFrame("to nobody");
                        break;
                    case "first frame":
                        socket.SendMoreFrame("to nobody");
                        break;
                    default:
                        socket.Poll(call == "poll" ? PollEvents.PollIn : PollEvents.PollOut, Timeout.InfiniteTimeSpan);
                        break;
                }
            });
            endedAt = Environment.TickCount64;
        });
        waiting.Start();
        Endpoints.Until(() => (waiting.ThreadState & ThreadState.WaitSleepJoin) != 0, "waiting");
        long begun = Environment.TickCount64;
        socket.Dispose();
        Assert.True(waiting.Join(Endpoints.Deadline));
        Assert.True(ended is TerminatingException or ObjectDisposedException, $"{ended}");
        Assert.True(endedAt - begun < 1000, $"{endedAt - begun} ms");
    }

    [Fact]
    public void Many_threads_that_call_one_socket_at_once_are_told_and_break_nothing()
    {
        using var pull = new PullSocket();
        using var push = new PushSocket($">{pull.BindFree("tcp")}");
        int sent = 0, told = 0;
        ChurnTests.InParallel(4, _ =>
        {
            for (int i = 0; i < 20_000 || (Volatile.Read(ref told) == 0 && i < 20_000_000); i++)
            {
                try
                {
                    if (push.TrySendFrame("x"))
                    {
                        Interlocked.Increment(ref sent);
                    }
                }
                catch (InvalidOperationException error)
                {
                    Assert.Contains("belongs to one thread", error.Message, StringComparison.Ordinal);
                    Interlocked.Increment(ref told);
                }
            }
        });
        Assert.True(told > 0, "the four never met");
        for (int i = 0; i < sent; i++)
        {
            Assert.True(pull.TrySkipFrame(Endpoints.Deadline), $"{i} of {sent} came");
        }
        push.SendFrame("well");
        Assert.Equal("well", pull.Receive());
    }
}
