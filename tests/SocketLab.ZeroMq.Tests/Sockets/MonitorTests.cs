using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using SocketLab.ZeroMq.Internal;
using SocketLab.ZeroMq.Monitoring;
using SocketLab.ZeroMq.Sockets;
using SocketLab.ZeroMq.Transports;

namespace SocketLab.ZeroMq.Tests.Sockets;

public class MonitorTests
{
    [Fact]
    public async Task A_monitor_tells_of_listening_accepting_handshakes_and_ends()
    {
        using var pull = new PullSocket();
        using var monitor = new ZmqMonitor(pull, "inproc://monitor", SocketEvents.All);
        List<SocketEvents> seen = [];
        using var ended = new ManualResetEventSlim();
        monitor.EventReceived += (_, e) => seen.Add(e.SocketEvent);
        monitor.Disconnected += (_, _) => ended.Set();
        var running = monitor.StartAsync();
        string endpoint = pull.BindFree("tcp");
        using (var push = new PushSocket(endpoint))
        {
            push.SendFrame("x");
            Assert.Equal("x", pull.Receive());
        }
        Assert.True(ended.Wait(Endpoints.Deadline));
        monitor.Stop();
        await running;
        Assert.Equal([SocketEvents.Listening, SocketEvents.Accepted, SocketEvents.HandshakeSucceeded, SocketEvents.Disconnected], seen);
    }

    [Fact]
    public void A_monitor_of_a_connecting_socket_tells_of_attempts_retries_and_the_reason_of_a_refusal()
    {
        using var rep = new ResponseSocket();
        string endpoint = rep.BindFree("tcp");
        using var push = new PushSocket();
        push.Options.Linger = TimeSpan.Zero;
        using var watched = new Watched(push);
        push.Connect(endpoint);
        Assert.Equal(endpoint, watched.Next(SocketEvents.ConnectDelayed).Address);
        watched.Next(SocketEvents.Connected);
        Assert.NotNull(watched.Next(SocketEvents.HandshakeFailed).Reason);
        watched.Next(SocketEvents.Disconnected);
        var retry = (ZmqMonitorIntervalEventArgs)watched.Next(SocketEvents.ConnectRetried);
        Assert.InRange(retry.Interval, 0, 10_000);
        watched.Next(SocketEvents.ConnectDelayed);
    }

    [Fact]
    public void A_monitor_tells_of_a_full_queue_once_and_of_every_drop()
    {
        using var pub = new PublisherSocket();
        pub.Options.SendHighWatermark = 20;
        using var watched = new Watched(pub);
        string endpoint = pub.BindFree("tcp");
        using var mute = Subscribed(endpoint);
        watched.Next(SocketEvents.HandshakeSucceeded);
        Endpoints.Until(() => Publish(pub, 1) > 0 || pub.Peers.Single().Queued > 0, "the subscription has come");
        int sent = 0;
        for (; pub.Peers.Single().Dropped < 10; sent++)
        {
            Publish(pub, 1);
            Assert.True(sent < 100_000);
        }
        Assert.Equal(20, ((ZmqMonitorCountEventArgs)watched.Next(SocketEvents.QueueFull)).Count);
        for (int i = 0; i < 10; i++)
        {
            var drop = (ZmqMonitorCountEventArgs)watched.Next(SocketEvents.Dropped);
            Assert.Equal((1, "the queue to this subscriber is full"), (drop.Count, drop.Reason));
        }
        Assert.Equal(0, watched.Count(SocketEvents.QueueFull));
        // Once it reads again the queue empties, and the next time that it is full is news.
        var reading = new Thread(() => Drain(mute));
        reading.Start();
        Endpoints.Until(() => pub.Peers.Single().Queued == 0, "the queue is empty");
        mute.Close();
        reading.Join();
    }

    [Fact]
    public void A_request_without_delimiter_is_told_as_dropped()
    {
        string? reason = null;
        using var rep = new ResponseSocket { Observe = (in ZmqEvent e) => reason ??= e.Kind == ZmqEventKind.Dropped ? e.Reason : null };
        using var dealer = new DealerSocket();
        dealer.Connect(rep.BindFree("tcp"));
        dealer.SendFrame("no delimiter");
        dealer.SendMoreFrame("").SendFrame("request");
        Assert.Equal("request", rep.Receive());
        Assert.Contains("delimiter", reason, StringComparison.Ordinal);
        Assert.Equal(1, rep.Peers.Single().Dropped);
    }

    [Fact]
    public void Connections_within_the_process_have_numbers_too()
    {
        ConcurrentBag<(ZmqEventKind Kind, long Connection)> seen = [];
        using var publisher = new XPublisherSocket { Observe = (in ZmqEvent e) => seen.Add((e.Kind, e.ConnectionId)) };
        string name = publisher.BindFree("inproc");
        using var one = new SubscriberSocket();
        using var two = new SubscriberSocket();
        foreach (var (socket, topic) in ((SubscriberSocket, string)[])[(one, "1"), (two, "2")])
        {
            socket.Connect(name);
            socket.Subscribe(topic);
            Assert.Equal("\x01" + topic, publisher.Receive());
        }
        var accepted = seen.Where(e => e.Kind == ZmqEventKind.Accepted).Select(e => e.Connection).Order().ToList();
        Assert.Equal(2, accepted.Distinct().Count());
        Assert.Equal(accepted, seen.Where(e => e.Kind == ZmqEventKind.Subscribed).Select(e => e.Connection).Order());
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("inproc")]
    public void A_queue_that_fills_again_after_it_was_emptied_is_told_again(string transport)
    {
        int told = 0;
        using var push = new PushSocket { Observe = (in ZmqEvent e) => told += e.Kind == ZmqEventKind.QueueFull ? 1 : 0 };
        push.Options.SendHighWatermark = 10;
        using var pull = new PullSocket();
        pull.Options.ReceiveHighWatermark = 10;
        push.Connect(pull.BindFree(transport));
        byte[] body = new byte[60_000];
        for (int round = 0; round < 3; round++)
        {
            int queued = 0, before = told;
            while (push.TrySendFrame(TimeSpan.FromMilliseconds(200), body))
            {
                queued++;
            }
            Assert.False(push.TrySendFrame(body));
            // The system's buffers grow under load, so that over tcp the queue may empty and fill more than once: by half each time.
            Assert.InRange(told - before, 1, transport == "tcp" ? 1 + (queued / 5) : 1);
            for (int i = 0; i < queued; i++)
            {
                Assert.True(pull.TrySkipFrame(Endpoints.Deadline));
            }
        }
    }

    [Fact]
    public void Towards_nobody_the_full_queue_is_told_with_the_endpoint()
    {
        using var full = new Seen(ZmqEventKind.QueueFull);
        using var push = new PushSocket { Observe = full.On };
        push.Options.SendHighWatermark = 5;
        push.Options.Linger = TimeSpan.Zero;
        using var probe = new PullSocket();
        string endpoint = probe.BindFree("tcp");
        probe.Dispose();
        push.Connect(endpoint);
        while (push.TrySendFrame("x"))
        {
        }
        full.Wait();
        Assert.Equal(5, push.Peers.Single().Queued);
    }

    [Fact]
    public async Task A_monitor_that_is_stopped_at_once_ends()
    {
        for (int i = 0; i < 50; i++)
        {
            using var pull = new PullSocket();
            using var monitor = new ZmqMonitor(pull, "inproc://monitor", SocketEvents.All);
            var running = monitor.StartAsync();
            monitor.Stop();
            await running.WaitAsync(Endpoints.Deadline);
        }
    }


    [Fact]
    public async Task Each_kind_of_event_has_an_event_of_its_own_in_the_order_in_which_things_happened()
    {
        ConcurrentQueue<string> there = new(), here = new();
        using var gone = new ManualResetEventSlim();
        using var retried = new ManualResetEventSlim();
        using var rep = new ResponseSocket();
        using var bound = new ZmqMonitor(rep, "inproc://there");
        Name(bound, there);
        bound.Closed += (_, _) => gone.Set();
        var first = bound.StartAsync();
        string endpoint = rep.BindFree("tcp");
        using var req = new RequestSocket();
        using var connected = new ZmqMonitor(req, "inproc://here");
        Name(connected, here);
        connected.ConnectRetried += (_, _) => retried.Set();
        var second = connected.StartAsync();
        req.Connect(endpoint);
        req.SendFrame("?");
        Assert.Equal("?", rep.Receive());
        rep.SendFrame("!");
        Assert.Equal("!", req.Receive());
        rep.Unbind(endpoint);
        Assert.True(gone.Wait(Endpoints.Deadline));
        Assert.True(retried.Wait(Endpoints.Deadline));
        bound.Stop();
        connected.Stop();
        await Task.WhenAll(first, second);
        Assert.Equal($"Listening {endpoint}", there.First());
        Assert.Equal(["Listening", "Accepted", "HandshakeSucceeded", "Closed"], there.Select(e => e.Split(' ')[0]).Take(4));
        Assert.Equal(
            ["ConnectDelayed", "Connected", "HandshakeSucceeded", "Disconnected", "ConnectRetried"], here.Select(e => e.Split(' ')[0]).Take(5));
        Assert.All(here, e => Assert.EndsWith(endpoint, e, StringComparison.Ordinal));
    }


    [Fact]
    public void A_monitor_tells_of_what_could_not_be_bound_or_accepted_and_why()
    {
        using var taken = new PullSocket();
        string endpoint = taken.BindFree("tcp");
        using var pull = new PullSocket();
        using var watched = new Watched(pull);
        Assert.Throws<AddressAlreadyInUseException>(() => pull.Bind(endpoint));
        var bind = (ZmqMonitorErrorEventArgs)watched.Next(SocketEvents.BindFailed);
        Assert.Equal((endpoint, ErrorCode.AddressAlreadyInUse), (bind.Address, bind.ErrorCode));
        Assert.Contains("in use", bind.Reason, StringComparison.Ordinal);
        // Too many open files cannot be brought about here: it would hit every test.
        var listener = new Listener(pull, Address.Parse("tcp://127.0.0.1:0"));
        bool wantsRead = true;
        Reactor.Shared.Post(() =>
        {
            listener.OnFault(new SocketException((int)SocketError.TooManyOpenSockets));
            wantsRead = listener.WantsRead;
        });
        var accept = watched.Next(SocketEvents.AcceptFailed);
        Assert.Equal((listener.Name, "too many open sockets"), (accept.Address, accept.Reason));
        Endpoints.Until(() => !wantsRead, "it rests, and does not turn in circles");
        Endpoints.Until(() => listener.WantsRead, "it goes on after the rest");
        listener.Socket.Dispose();
    }

    private static void Name(ZmqMonitor monitor, ConcurrentQueue<string> seen)
    {
        monitor.Listening += (_, e) => seen.Enqueue($"Listening {e.Address}");
        monitor.Closed += (_, e) => seen.Enqueue($"Closed {e.Address}");
        monitor.Accepted += (_, e) => seen.Enqueue($"Accepted {e.Address}");
        monitor.Connected += (_, e) => seen.Enqueue($"Connected {e.Address}");
        monitor.ConnectDelayed += (_, e) => seen.Enqueue($"ConnectDelayed {e.Address}");
        monitor.ConnectRetried += (_, e) => seen.Enqueue($"ConnectRetried {e.Address}");
        monitor.HandshakeSucceeded += (_, e) => seen.Enqueue($"HandshakeSucceeded {e.Address}");
        monitor.HandshakeFailed += (_, e) => seen.Enqueue($"HandshakeFailed {e.Address}");
        monitor.Disconnected += (_, e) => seen.Enqueue($"Disconnected {e.Address}");
        monitor.AcceptFailed += (_, e) => seen.Enqueue($"AcceptFailed {e.Address}");
    }

    private static int Publish(PublisherSocket pub, int count)
    {
        byte[] body = new byte[50_000];
        for (int i = 0; i < count; i++)
        {
            Assert.True(pub.TrySendFrame(body));
        }
        return (int)pub.Peers.Sum(p => p.Sent);
    }

    /// <summary>A subscriber that subscribes to everything and reads nothing.</summary>
    internal static Socket Subscribed(string endpoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 65536 };
        socket.Connect(IPEndPoint.Parse(endpoint[6..]));
        socket.Send([.. RawPeer.Greeting, .. RawPeer.Ready("SUB"), 4, 10, 9, .. "SUBSCRIBE"u8]);
        return socket;
    }

    private static void Drain(Socket socket)
    {
        try
        {
            byte[] sink = new byte[1 << 20];
            while (socket.Receive(sink) > 0)
            {
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Closed by the test.
        }
    }

    /// <summary>The events of a socket, to be waited for by kind.</summary>
    private sealed class Watched : IDisposable
    {
        private readonly ZmqMonitor _monitor;
        private readonly ConcurrentDictionary<SocketEvents, BlockingCollection<ZmqMonitorEventArgs>> _seen = new();

        public Watched(ZmqSocket socket)
        {
            _monitor = new ZmqMonitor(socket, "inproc://monitor", SocketEvents.All);
            _monitor.EventReceived += (_, e) => Of(e.SocketEvent).Add(e);
            _monitor.StartAsync();
        }

        public int Count(SocketEvents kind) => Of(kind).Count;

        public ZmqMonitorEventArgs Next(SocketEvents kind)
        {
            Assert.True(Of(kind).TryTake(out var what, Endpoints.Deadline), $"no {kind}");
            return what;
        }

        public void Dispose() => _monitor.Dispose();

        private BlockingCollection<ZmqMonitorEventArgs> Of(SocketEvents kind) => _seen.GetOrAdd(kind, _ => []);
    }
}
