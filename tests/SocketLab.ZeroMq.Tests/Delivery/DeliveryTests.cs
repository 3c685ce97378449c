using System.Globalization;
using SocketLab.ZeroMq.Sockets;
using SocketLab.ZeroMq.Tests.Interop;
using SocketLab.ZeroMq.Tests.Sockets;

namespace SocketLab.ZeroMq.Tests.Delivery;

/// <summary>
/// Everything that is pushed is pulled: once, and in the order of its sender. By night with SOCKETLAB_DELIVERY_MESSAGES=10000000.
/// </summary>
public class DeliveryTests(PyPeer peer) : IClassFixture<PyPeer>
{
    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void From_several_pushers_to_several_pullers_nothing_is_lost_doubled_or_out_of_order(string transport)
    {
        const int Pushers = 3, Pullers = 2;
        int each = Numbered.Count(normally: 240_000) / Pushers;
        var pulls = Enumerable.Range(0, Pullers).Select(_ => new PullSocket()).ToList();
        string[] endpoints = [.. pulls.Select(p => p.BindFree(transport))];
        var books = pulls.Select(_ => new Numbered.Book(Pushers, each)).ToList();
        int pushing = Pushers;
        var threads = new List<Thread>();
        for (int p = 0; p < Pushers; p++)
        {
            int sender = p;
            threads.Add(new Thread(() =>
            {
                using var push = new PushSocket();
                push.Options.Linger = TimeSpan.FromMinutes(1);
                Array.ForEach(endpoints, push.Connect);
                Numbered.Send(push, sender, 0, each);
                if (transport == "inproc")
                {
                    Endpoints.Until(() => push.Peers.All(q => q.Queued == 0), "all read");
                }
                push.Dispose();
                Interlocked.Decrement(ref pushing);
            }));
        }
        for (int p = 0; p < Pullers; p++)
        {
            var (pull, book) = (pulls[p], books[p]);
            threads.Add(new Thread(() => book.Receive(pull, () => Volatile.Read(ref pushing) == 0 && pull.Peers.Count == 0)));
        }
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        Numbered.Book.AssertComplete(books, each);
        Assert.Equal(each * Pushers, pulls.Sum(p => p.GonePeers.Received));
        pulls.ForEach(p => p.Dispose());
    }

    [Fact]
    public void To_libzmq_nothing_is_lost_doubled_or_out_of_order()
    {
        int each = Numbered.Count(normally: 200_000) / 2;
        string name = peer.New("PULL");
        string endpoint = peer.BindFree(name, "tcp");
        peer.Begin($"pull {name} {each * 2} 2");
        var senders = Enumerable.Range(0, 2).Select(sender => new Thread(() =>
        {
            using var push = new PushSocket($">{endpoint}");
            push.Options.Linger = TimeSpan.FromMinutes(1);
            Numbered.Send(push, sender, 0, each);
        })).ToList();
        senders.ForEach(s => s.Start());
        senders.ForEach(s => s.Join());
        Assert.Equal("in order", peer.End("pull"));
        peer.Ask($"close {name}");
    }

    [Fact]
    public void From_libzmq_nothing_is_lost_doubled_or_out_of_order()
    {
        int count = Numbered.Count(normally: 200_000);
        using var pull = new PullSocket();
        string name = peer.New("PUSH");
        peer.Ask($"connect {name} {pull.BindFree("tcp")}");
        peer.Begin($"push {name} {count} 16");
        var book = new Numbered.Book(1, count);
        book.Receive(pull, () => book.Count == count);
        peer.End("push");
        Numbered.Book.AssertComplete([book], count);
        peer.Ask($"close {name}");
    }

    [Fact]
    public void A_libzmq_worker_that_is_killed_under_load_takes_only_what_it_was_given()
    {
        const int Count = 60_000;
        using var push = new PushSocket();
        push.Options.Linger = TimeSpan.FromMinutes(1);
        using var handshakes = new Seen(ZmqEventKind.HandshakeDone);
        push.Observe = handshakes.On;
        string endpoint = push.BindFree("tcp");
        using var pull = new PullSocket($">{endpoint}");
        using var other = new PyPeer();
        string name = other.New("PULL");
        other.Ask($"connect {name} {endpoint}");
        handshakes.Wait();
        handshakes.Wait();
        other.Begin($"drain {name} 10000");
        var book = new Numbered.Book(1, Count);
        bool sent = false;
        var reader = new Thread(() => book.Receive(pull, () => Volatile.Read(ref sent)));
        reader.Start();
        Numbered.Send(push, 0, 0, Count / 2, size: 256);
        other.Kill();
        Numbered.Send(push, 0, Count / 2, Count / 2, size: 256);
        Endpoints.Until(() => push.Peers is [{ Queued: 0 }], "all sent");
        Volatile.Write(ref sent, true);
        reader.Join();
        Numbered.Book.AssertNoneDoubled([book]);
        var gone = push.GonePeers;
        Assert.Equal(Count, book.Count + gone.Sent + gone.Dropped);
        Assert.True(book.Count >= Count / 2, string.Create(CultureInfo.InvariantCulture, $"{book.Count}"));
    }

    [Fact]
    public void A_slow_subscriber_never_delays_a_fast_one_and_its_drops_are_counted_for_it_alone()
    {
        using var pub = new PublisherSocket();
        pub.Options.SendHighWatermark = 100;
        using var subscribed = new Seen(ZmqEventKind.Subscribed);
        pub.Observe = subscribed.On;
        string endpoint = pub.BindFree("tcp");
        using var slow = MonitorTests.Subscribed(endpoint);
        subscribed.Wait();
        using var fast = new SubscriberSocket($">{endpoint}");
        fast.SubscribeToAnyTopic();
        subscribed.Wait();
        byte[] body = new byte[20_000];
        int published = 0;
        for (; published < 2000; published++)
        {
            BitConverter.TryWriteBytes(body, published);
            Assert.True(pub.TrySendFrame(body));
            Assert.True(fast.TryReceiveFrameBytes(Endpoints.Deadline, out var got), $"the fast one waits for message {published}");
            Assert.Equal(published, BitConverter.ToInt32(got));
        }
        // It is counted a moment after it was handed over.
        Endpoints.Until(() => pub.Peers[1].Sent == published, "all are counted");
        var peers = pub.Peers;
        Assert.Equal(0, peers[1].Dropped);
        Assert.True(peers[0].Dropped > 0);
        Assert.Equal(100, peers[0].Queued);
        Assert.Equal(published, peers[0].Sent + peers[0].Queued + peers[0].Dropped);
    }
}
