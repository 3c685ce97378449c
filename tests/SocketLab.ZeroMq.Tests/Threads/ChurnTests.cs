using System.Net;
using System.Net.Sockets;
using SocketLab.ZeroMq.Monitoring;
using SocketLab.ZeroMq.Sockets;
using SocketLab.ZeroMq.Tests.Delivery;
using SocketLab.ZeroMq.Tests.Sockets;

namespace SocketLab.ZeroMq.Tests.Threads;

/// <summary>Sockets that come and go under load, on several threads: nobody else may notice.</summary>
public class ChurnTests
{
    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void Everything_that_many_short_lived_pushers_send_arrives(string transport)
    {
        const int Threads = 3, Cycles = 60, Each = 30;
        using var pull = new PullSocket();
        string endpoint = pull.BindFree(transport);
        var book = new Numbered.Book(Threads * Cycles, Each);
        var reader = new Thread(() => book.Receive(pull, () => book.Count == Threads * Cycles * Each));
        reader.Start();
        InParallel(Threads, thread =>
        {
            for (int cycle = 0; cycle < Cycles; cycle++)
            {
                using var push = new PushSocket($">{endpoint}");
                push.Options.Linger = TimeSpan.FromMinutes(1);
                Numbered.Send(push, (thread * Cycles) + cycle, 0, Each, size: 16 + cycle);
            }
        });
        Assert.True(reader.Join(Endpoints.Deadline), $"{book.Count} of {Threads * Cycles * Each} came");
        Numbered.Book.AssertComplete([book], Each);
    }

    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void Every_short_lived_asker_gets_its_answer(string transport)
    {
        const int Threads = 3, Cycles = 100;
        using var rep = new ResponseSocket();
        string endpoint = rep.BindFree(transport);
        var finish = Answer(rep, question => $"re: {question}");
        InParallel(Threads, thread =>
        {
            for (int cycle = 0; cycle < Cycles; cycle++)
            {
                using var req = new RequestSocket($">{endpoint}");
                req.SendFrame($"{thread} {cycle}");
                Assert.Equal($"re: {thread} {cycle}", req.Receive());
                if (cycle % 3 == 0)
                {
                    // Goes without waiting for its answer.
                    req.SendFrame("never mind");
                }
            }
        });
        finish();
    }

    [Theory]
    [MemberData(nameof(Endpoints.Streams), MemberType = typeof(Endpoints))]
    public void A_good_client_is_served_while_others_vanish_in_the_middle_of_their_handshakes(string transport)
    {
        using var rep = new ResponseSocket();
        string endpoint = rep.BindFree(transport);
        var finish = Answer(rep, question => question);
        InParallel(3, thread =>
        {
            var random = new Random(thread);
            using var good = new RequestSocket($">{endpoint}");
            for (int i = 0; i < 100; i++)
            {
                if (thread == 0)
                {
                    good.SendFrame($"{i}");
                    Assert.Equal($"{i}", good.Receive());
                }
                else if (thread == 1)
                {
                    var gone = new DealerSocket($">{endpoint}");
                    gone.Options.Linger = TimeSpan.Zero;
                    if (random.Next(2) == 0)
                    {
                        gone.TrySendFrame("x");
                    }
                    Thread.SpinWait(random.Next(20_000));
                    gone.Dispose();
                }
                else
                {
                    using var raw = Raw(endpoint);
                    byte[] greeting = [.. RawPeer.Greeting, .. RawPeer.Ready("REQ"), 1, 0, 0, 3];
                    raw.Send(greeting.AsSpan(0, random.Next(greeting.Length + 1)));
                    Thread.SpinWait(random.Next(20_000));
                    if (random.Next(2) == 0)
                    {
                        raw.LingerState = new LingerOption(true, 0);
                    }
                }
            }
        });
        finish();
        Endpoints.Until(() => rep.Peers.Count == 0, "all have gone");
    }

    [Theory]
    [MemberData(nameof(Endpoints.Streams), MemberType = typeof(Endpoints))]
    public void A_server_that_is_bound_and_unbound_under_load_gets_no_message_twice(string transport)
    {
        using var push = new PushSocket();
        push.Options.ReconnectInterval = TimeSpan.FromMilliseconds(2);
        push.Options.Linger = TimeSpan.Zero;
        using var pull = new PullSocket();
        string endpoint = pull.BindFree(transport);
        push.Connect(endpoint);
        bool over = false;
        var sender = new Thread(() => Record.Exception(() =>
        {
            for (int i = 0; !Volatile.Read(ref over); i++)
            {
                push.SendFrame(BitConverter.GetBytes(i));
            }
        }));
        sender.Start();
        HashSet<int> got = [];
        for (int round = 0; round < 30; round++)
        {
            for (int i = 0; i < 200; i++)
            {
                Assert.True(pull.TryReceiveFrameBytes(Endpoints.Deadline, out var bytes), $"round {round}: nothing more comes");
                Assert.True(got.Add(BitConverter.ToInt32(bytes)), "it came twice");
            }
            pull.Unbind(endpoint);
            pull.Bind(endpoint);
        }
        Volatile.Write(ref over, true);
        push.Dispose();
        Assert.True(sender.Join(Endpoints.Deadline));
    }

    [Fact]
    public void A_proxy_goes_on_while_workers_and_clients_are_killed()
    {
        using var front = new RouterSocket();
        using var back = new DealerSocket();
        string clients = front.BindFree("tcp"), workers = back.BindFree("tcp");
        var proxy = new ZmqProxy(front, back);
        var running = new Thread(proxy.Start);
        running.Start();
        bool over = false;
        var lives = Enumerable.Range(0, 2).Select(w => new Thread(() =>
        {
            var random = new Random(w);
            while (!Volatile.Read(ref over))
            {
                using var rep = new ResponseSocket($">{workers}");
                rep.Options.Linger = TimeSpan.Zero;
                for (int served = random.Next(30); served > 0 && !Volatile.Read(ref over);)
                {
                    if (rep.TryReceiveFrameString(TimeSpan.FromMilliseconds(20), out var question))
                    {
                        rep.SendFrame($"re: {question}");
                        served--;
                    }
                }
            }
        })).ToList();
        lives.ForEach(t => t.Start());
        InParallel(2, thread =>
        {
            using var req = new RequestSocket();
            req.Options.Relaxed = req.Options.Correlate = true;
            req.Options.Linger = TimeSpan.Zero;
            req.Connect(clients);
            for (int i = 0; i < 60; i++)
            {
                string answer = "";
                Endpoints.Until(
                    () =>
                    {
                        // A worker that is killed takes questions with it: ask again.
                        req.SendFrame($"{thread} {i}");
                        return req.TryReceiveFrameString(TimeSpan.FromMilliseconds(200), out answer!);
                    },
                    "an answer");
                Assert.Equal($"re: {thread} {i}", answer);
            }
        });
        Volatile.Write(ref over, true);
        lives.ForEach(t => t.Join());
        proxy.Stop();
        Assert.True(running.Join(Endpoints.Deadline));
    }

    [Fact]
    public void A_poller_goes_on_while_its_sockets_are_taken_out_and_disposed()
    {
        using var steady = new PullSocket();
        using var push = new PushSocket($">{steady.BindFree("tcp")}");
        int got = 0;
        steady.ReceiveReady += (_, e) =>
        {
            while (e.Socket.TrySkipFrame())
            {
                Interlocked.Increment(ref got);
            }
        };
        using var poller = new ZmqPoller { steady };
        poller.RunAsync();
        InParallel(2, thread =>
        {
            for (int i = 0; i < 100; i++)
            {
                var pull = new PullSocket();
                string endpoint = pull.BindFree(i % 2 == 0 ? "tcp" : "inproc");
                pull.ReceiveReady += (_, e) => e.Socket.TrySkipFrame(TimeSpan.FromMilliseconds(1));
                poller.Add(pull);
                using var other = new PushSocket($">{endpoint}");
                other.Options.Linger = TimeSpan.Zero;
                for (int n = 0; n < 20; n++)
                {
                    other.TrySendFrame("x");
                }
                switch ((i / 2) % 3)
                {
                    case 0:
                        poller.RemoveAndDispose(pull);
                        break;
                    case 1:
                        poller.Remove(pull);
                        pull.Dispose();
                        break;
                    default:
                        // Not as it should be done, but it must end this socket only.
                        pull.Dispose();
                        poller.Remove(pull);
                        break;
                }
            }
        });
        for (int i = 0; i < 100; i++)
        {
            push.SendFrame("x");
        }
        Endpoints.Until(() => Volatile.Read(ref got) == 100, "the steady one is served");
        Assert.True(poller.IsRunning);
        poller.Stop();
    }

    [Fact]
    public void A_steady_subscriber_gets_everything_while_others_come_and_go()
    {
        using var pub = new XPublisherSocket();
        string endpoint = pub.BindFree("tcp");
        using var steady = new SubscriberSocket();
        steady.Subscribe("s");
        steady.Connect(endpoint);
        Assert.Equal("\u0001s", pub.Receive());
        bool over = false;
        var others = Enumerable.Range(0, 2).Select(n => new Thread(() =>
        {
            while (!Volatile.Read(ref over))
            {
                using var sub = new SubscriberSocket($">{endpoint}");
                sub.Subscribe(n == 0 ? "s" : "other");
                sub.TrySkipFrame(TimeSpan.FromMilliseconds(n));
                sub.Unsubscribe(n == 0 ? "s" : "other");
                sub.SubscribeToAnyTopic();
                using var monitor = new ZmqMonitor(sub, "inproc://m", SocketEvents.All);
                monitor.StartAsync();
                sub.TrySkipFrame(TimeSpan.FromMilliseconds(n));
            }
        })).ToList();
        others.ForEach(t => t.Start());
        for (int i = 0; i < 3_000; i++)
        {
            pub.SendMoreFrame($"s{i}").SendFrame("body");
            pub.SendFrame("other");
            Assert.Equal([$"s{i}", "body"], steady.ReceiveAll());
            while (pub.HasIn)
            {
                pub.SkipFrame();
            }
        }
        Volatile.Write(ref over, true);
        others.ForEach(t => t.Join());
    }

    /// <summary>Answers on a thread of its own, until what is returned is called.</summary>
    private static Action Answer(ResponseSocket rep, Func<string, string> reply)
    {
        bool over = false;
        var server = new Thread(() =>
        {
            while (!Volatile.Read(ref over))
            {
                if (rep.TryReceiveFrameString(TimeSpan.FromMilliseconds(50), out var question))
                {
                    rep.SendFrame(reply(question));
                }
            }
        });
        server.Start();
        return () =>
        {
            Volatile.Write(ref over, true);
            server.Join();
        };
    }

    internal static void InParallel(int threads, Action<int> body)
    {
        Exception? first = null;
        var all = Enumerable.Range(0, threads).Select(n => new Thread(() =>
        {
            try
            {
                body(n);
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref first, error, null);
            }
        })).ToList();
        all.ForEach(t => t.Start());
        all.ForEach(t => t.Join());
        if (first is not null)
        {
            throw new InvalidOperationException(first.Message, first);
        }
    }

    private static Socket Raw(string endpoint)
    {
        bool ipc = endpoint.StartsWith("ipc", StringComparison.Ordinal);
        var socket = new Socket(ipc ? AddressFamily.Unix : AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(ipc ? new UnixDomainSocketEndPoint(endpoint[6..]) : IPEndPoint.Parse(endpoint[6..]));
        return socket;
    }
}
