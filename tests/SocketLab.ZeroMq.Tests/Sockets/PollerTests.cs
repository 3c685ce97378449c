using SocketLab.ZeroMq;
using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Sockets;

public class PollerTests
{
    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void A_poller_serves_two_sockets_and_a_timer_on_one_thread(string transport)
    {
        using var rep = new ResponseSocket();
        using var pull = new PullSocket();
        using var req = new RequestSocket();
        using var push = new PushSocket();
        req.Connect(rep.BindFree(transport));
        push.Connect(pull.BindFree(transport));
        var timer = new ZmqTimer(5);
        HashSet<int> threads = [];
        using var ticked = new CountdownEvent(3);
        using var pulled = new CountdownEvent(50);
        rep.ReceiveReady += (_, e) =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            e.Socket.SendFrame(e.Socket.ReceiveFrameString() + "!");
        };
        pull.ReceiveReady += (_, e) =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            while (e.Socket.TrySkipFrame())
            {
                pulled.Signal();
            }
        };
        timer.Elapsed += (_, _) =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            if (!ticked.IsSet)
            {
                ticked.Signal();
            }
        };
        using var poller = new ZmqPoller { rep, pull, timer };
        poller.RunAsync();
        for (int i = 0; i < 50; i++)
        {
            push.SendFrame("x");
            req.SendFrame($"{i}");
            Assert.Equal($"{i}!", req.Receive());
        }
        Assert.True(pulled.Wait(Endpoints.Deadline));
        Assert.True(ticked.Wait(Endpoints.Deadline));
        poller.Stop();
        Assert.Single(threads);
    }

    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public async Task Receiving_can_be_awaited_without_a_special_runtime(string transport)
    {
        using var pull = new PullSocket();
        using var push = new PushSocket();
        push.Connect(pull.BindFree(transport));
        for (int i = 0; i < 100; i++)
        {
            var receiving = pull.ReceiveFrameStringAsync();
            push.SendFrame($"{i}");
            Assert.Equal(($"{i}", false), await receiving.WaitAsync(Endpoints.Deadline));
        }
        push.SendMoreFrame("a").SendFrame("b");
        var message = await pull.ReceiveMultipartMessageAsync().WaitAsync(Endpoints.Deadline);
        Assert.Equal(2, message.FrameCount);
        using var cancel = new CancellationTokenSource();
        var never = pull.ReceiveFrameBytesAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => never);
    }

    [Fact]
    public void Timers_begin_anew_when_switched_on_and_rest_when_switched_off_or_taken_out()
    {
        var off = new ZmqTimer(1) { Enable = false };
        var once = new ZmqTimer(TimeSpan.FromMilliseconds(2));
        var steady = new ZmqTimer(3);
        var taken = new ZmqTimer(1);
        int offs = 0, onces = 0, takens = 0, steadies = 0;
        using var poller = new ZmqPoller { off, once, steady, taken };
        off.Elapsed += (_, _) => offs++;
        once.Elapsed += (_, e) =>
        {
            onces++;
            e.Timer.Enable = false;
        };
        taken.Elapsed += (_, e) =>
        {
            takens++;
            poller.Remove(e.Timer);
        };
        steady.Elapsed += (_, _) =>
        {
            if (++steadies == 5)
            {
                once.EnableAndReset();
            }
            if (steadies >= 5 && onces == 2)
            {
                poller.Stop();
            }
        };
        poller.Run();
        Assert.Equal((0, 2, 1), (offs, onces, takens));
        Assert.False(poller.IsRunning);
    }

    [Fact]
    public void A_timer_that_another_thread_switches_on_wakes_a_poller_that_has_nothing_to_do()
    {
        var timer = new ZmqTimer(1) { Enable = false };
        using var ticked = new ManualResetEventSlim();
        timer.Elapsed += (_, _) => ticked.Set();
        using var poller = new ZmqPoller { timer };
        using var idle = new ManualResetEventSlim();
        var first = new ZmqTimer(1);
        first.Elapsed += (_, e) =>
        {
            e.Timer.Enable = false;
            idle.Set();
        };
        poller.Add(first);
        poller.RunAsync();
        Assert.True(idle.Wait(Endpoints.Deadline));
        Assert.False(ticked.Wait(20), "it was switched off");
        timer.Enable = true;
        Assert.True(ticked.Wait(Endpoints.Deadline));
    }

    [Fact]
    public void A_socket_that_is_added_while_the_poller_runs_is_served_and_one_that_is_taken_out_is_not()
    {
        using var one = new PullSocket();
        using var two = new PullSocket();
        using var pushOne = new PushSocket($">{one.BindFree("tcp")}");
        using var pushTwo = new PushSocket($">{two.BindFree("tcp")}");
        using var got = new System.Collections.Concurrent.BlockingCollection<string>();
        one.ReceiveReady += (_, e) => got.Add("one " + e.Socket.ReceiveFrameString());
        two.ReceiveReady += (_, e) => got.Add("two " + e.Socket.ReceiveFrameString());
        using var poller = new ZmqPoller { one };
        poller.RunAsync();
        pushTwo.SendFrame("early");
        pushOne.SendFrame("1");
        Assert.True(got.TryTake(out var text, Endpoints.Deadline));
        Assert.Equal("one 1", text);
        poller.Add(two);
        Assert.True(got.TryTake(out text, Endpoints.Deadline));
        Assert.Equal("two early", text);
        poller.Remove(one);
        pushOne.SendFrame("2");
        pushTwo.SendFrame("3");
        Assert.True(got.TryTake(out text, Endpoints.Deadline));
        Assert.Equal("two 3", text);
        poller.Stop();
        Assert.Equal("2", one.Receive());
    }


    [Fact]
    public void An_event_that_takes_all_there_is_leaves_the_reading_to_the_reactor()
    {
        using var pull = new PullSocket();
        using var push = new PushSocket($">{pull.BindFree("tcp")}");
        push.SendFrame("warm up");
        Assert.Equal("warm up", pull.Receive());
        using var taken = new System.Collections.Concurrent.BlockingCollection<bool>();
        pull.ReceiveReady += (_, e) =>
        {
            while (e.Socket.TrySkipFrame())
            {
            }
            // Were the reading still lent to this thread, the next message would be found only when the reactor looks after it.
            taken.Add(e.Socket.HasIn || e.Socket.IsReadingLent);
        };
        using var poller = new ZmqPoller { pull };
        poller.RunAsync();
        for (int i = 0; i < 10; i++)
        {
            push.SendFrame("x");
            Assert.True(taken.TryTake(out bool lent, Endpoints.Deadline));
            Assert.False(lent);
        }
    }

    [Fact]
    public void An_await_in_a_pollers_event_does_not_make_the_poller_deaf()
    {
        using var pull = new PullSocket();
        using var push = new PushSocket($">{pull.BindFree("tcp")}");
        using var events = new System.Collections.Concurrent.BlockingCollection<string>();
        using var cancel = new CancellationTokenSource();
        Task? waiting = null;
        pull.ReceiveReady += (_, e) =>
        {
            events.Add(e.Socket.ReceiveFrameString());
            // Nothing is there, so that it waits; and is given up, so that it takes nothing.
            waiting ??= e.Socket.ReceiveFrameBytesAsync(cancel.Token);
        };
        using var poller = new ZmqPoller { pull };
        poller.RunAsync();
        push.SendFrame("1");
        Assert.True(events.TryTake(out var text, Endpoints.Deadline));
        Endpoints.Until(() => waiting is not null, "the event is over");
        cancel.Cancel();
        Endpoints.Until(() => waiting!.IsCanceled, "given up");
        push.SendFrame("2");
        Assert.True(events.TryTake(out text, Endpoints.Deadline), "the poller is deaf");
        Assert.Equal("2", text);
    }

}
