using System.Net;
using System.Net.Sockets;
using SocketLab.ZeroMq.Sockets;
using SocketLab.ZeroMq.Transports;

namespace SocketLab.ZeroMq.Tests.Sockets;

/// <summary>IPv6, names, chosen ports, unbinding, attaching only when connected, the waits between attempts.</summary>
public class EndpointTests
{
    [Theory]
    [InlineData("tcp://[::1]:0", true)]
    [InlineData("tcp://[::1]:*", true)]
    [InlineData("tcp://*:0", false)]
    public void IPv6_endpoints_bind_and_connect(string address, bool isLoopback)
    {
        Assert.SkipUnless(HasIPv6Loopback(), "there is no ::1 here");
        using var pull = new PullSocket();
        pull.Options.IPv4Only = false;
        pull.Bind(address);
        int port = int.Parse(pull.Options.LastEndpoint!.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(isLoopback ? $"tcp://[::1]:{port}" : $"tcp://[::]:{port}", pull.Options.LastEndpoint);
        string[] ways = isLoopback ? [$"tcp://[::1]:{port}"] : [$"tcp://[::1]:{port}", $"tcp://127.0.0.1:{port}"];
        foreach (string way in ways)
        {
            using var push = new PushSocket();
            push.Options.IPv4Only = false;
            push.Connect(way);
            push.SendFrame(way);
            Assert.Equal(way, pull.Receive());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_name_is_resolved_and_each_of_its_addresses_is_tried(bool ipv4Only)
    {
        using var pull = new PullSocket();
        int port = pull.BindRandomPort("tcp://127.0.0.1");
        using var push = new PushSocket();
        push.Options.IPv4Only = ipv4Only;
        push.Options.ReconnectInterval = TimeSpan.FromMilliseconds(10);
        push.Connect($"tcp://localhost:{port}");
        push.SendFrame("x");
        Assert.Equal("x", pull.Receive());
    }

    [Fact]
    public void A_name_that_does_not_exist_is_tried_again_with_the_reason()
    {
        using var retrying = new Seen(ZmqEventKind.Retrying);
        using var push = new PushSocket { Observe = retrying.On };
        push.Connect("tcp://no-such-host.invalid:5555");
        Assert.NotEqual("", retrying.Wait());
    }

    [Fact]
    public void BindRandomPort_returns_the_port_of_the_last_endpoint()
    {
        using var pull = new PullSocket();
        int port = pull.BindRandomPort("tcp://127.0.0.1");
        Assert.Equal($"tcp://127.0.0.1:{port}", pull.Options.LastEndpoint);
        using var push = new PushSocket($">tcp://127.0.0.1:{port}");
        push.SendFrame("x");
        Assert.Equal("x", pull.Receive());
    }

    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void What_was_unbound_can_be_bound_again_and_others_stay(string transport)
    {
        using var one = new PullSocket();
        string first = one.BindFree(transport), second = one.BindFree(transport);
        using var stays = new PushSocket($">{second}");
        one.Unbind(first);
        if (transport == "ipc")
        {
            Assert.False(File.Exists(first[6..]));
        }
        using var two = new PullSocket();
        two.Bind(first);
        using var push = new PushSocket($">{first}");
        push.SendFrame("to two");
        Assert.Equal("to two", two.Receive());
        stays.SendFrame("to one");
        Assert.Equal("to one", one.Receive());
    }

    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void After_Disconnect_nothing_more_comes_from_there_and_the_other_endpoint_goes_on(string transport)
    {
        using var one = new PushSocket();
        using var two = new PushSocket();
        one.Options.Linger = TimeSpan.Zero;
        string first = one.BindFree(transport), second = two.BindFree(transport);
        using var pull = new PullSocket();
        pull.Connect(first);
        pull.Connect(second);
        one.SendFrame("1");
        Assert.Equal("1", pull.Receive());
        pull.Disconnect(first);
        Endpoints.Until(() => one.Peers.Count == 0, "the end is seen");
        Assert.False(one.TrySendFrame("nobody"));
        two.SendFrame("2");
        Assert.Equal("2", pull.Receive());
    }

    [Theory]
    [MemberData(nameof(Endpoints.All), MemberType = typeof(Endpoints))]
    public void With_DelayAttachOnConnect_nothing_is_queued_for_a_peer_that_is_not_there(string transport)
    {
        string endpoint;
        using (var probe = new PullSocket())
        {
            endpoint = probe.BindFree(transport);
        }
        using var push = new PushSocket();
        push.Options.DelayAttachOnConnect = true;
        push.Options.ReconnectInterval = TimeSpan.FromMilliseconds(5);
        push.Connect(endpoint);
        Assert.False(push.TrySendFrame("too early"));
        using (var pull = new PullSocket($"@{endpoint}"))
        {
            Assert.True(push.TrySendFrame(Endpoints.Deadline, "in time"));
            Assert.Equal("in time", pull.Receive());
        }
        Endpoints.Until(() => push.Peers.Count == 0, "detached");
        Assert.False(push.TrySendFrame("too late"));
        if (transport != "inproc")
        {
            using var again = new PullSocket($"@{endpoint}");
            Assert.True(push.TrySendFrame(Endpoints.Deadline, "again"));
            Assert.Equal("again", again.Receive());
        }
    }

    [Fact]
    public void The_wait_between_attempts_doubles_up_to_the_greatest_and_has_a_random_part()
    {
        using var waits = new System.Collections.Concurrent.BlockingCollection<double>();
        using var push = new PushSocket
        {
            Observe = (in ZmqEvent e) =>
            {
                if (e.Kind == ZmqEventKind.Retrying)
                {
                    waits.Add(e.Wait.TotalMilliseconds);
                }
            },
        };
        push.Options.ReconnectInterval = TimeSpan.FromMilliseconds(8);
        push.Options.ReconnectIntervalMax = TimeSpan.FromMilliseconds(40);
        push.Connect(Closed());
        foreach (int least in new[] { 8, 16, 32, 40, 40 })
        {
            Assert.True(waits.TryTake(out double wait, Endpoints.Deadline));
            Assert.InRange(wait, least, least + 8);
        }
    }

    [Fact]
    public void With_a_negative_interval_an_attempt_that_failed_is_the_last()
    {
        int attempts = 0, retries = 0;
        using var push = new PushSocket
        {
            Observe = (in ZmqEvent e) =>
            {
                attempts += e.Kind == ZmqEventKind.Connecting ? 1 : 0;
                retries += e.Kind == ZmqEventKind.Retrying ? 1 : 0;
            },
        };
        push.Options.ReconnectInterval = TimeSpan.FromMilliseconds(-1);
        push.Connect(Closed());
        Endpoints.Until(() => attempts == 1, "an attempt");
        using var other = new PushSocket();
        other.Options.ReconnectInterval = TimeSpan.FromMilliseconds(20);
        using var tried = new Seen(ZmqEventKind.Retrying);
        other.Observe = tried.On;
        other.Connect(Closed());
        for (int i = 0; i < 5; i++)
        {
            tried.Wait();
        }
        Assert.Equal((1, 0), (attempts, retries));
    }

    [Fact]
    public void A_file_that_is_no_socket_is_left_alone()
    {
        string path = Endpoints.FreePath();
        File.WriteAllText(path, "precious");
        using var pull = new PullSocket();
        Assert.Throws<AddressAlreadyInUseException>(() => pull.Bind($"ipc://{path}"));
        Assert.Equal("precious", File.ReadAllText(path));
        File.Delete(path);
    }

    [Fact]
    public void An_ipc_path_that_is_too_long_or_in_no_folder_says_so()
    {
        using var pull = new PullSocket();
        Assert.Contains("107", Assert.Throws<InvalidException>(() => pull.Bind("ipc:///tmp/" + new string('x', 120))).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ZmqException>(() => pull.Bind("ipc:///no/such/folder/x.sock"));
    }


    [Fact]
    public void Unbind_takes_the_words_that_Bind_was_given_as_well()
    {
        using var probe = new PullSocket();
        int port = probe.BindRandomPort("tcp://127.0.0.1");
        probe.Unbind(probe.Options.LastEndpoint!);
        using var pull = new PullSocket();
        pull.Bind($"tcp://*:{port}");
        Assert.Equal($"tcp://0.0.0.0:{port}", pull.Options.LastEndpoint);
        pull.Unbind($"tcp://*:{port}");
        pull.Bind($"tcp://localhost:{port}");
        pull.Unbind($"tcp://localhost:{port}");
        Assert.Throws<EndpointNotFoundException>(() => pull.Unbind($"tcp://localhost:{port}"));
    }


    [Fact]
    public void A_name_is_resolved_anew_at_each_attempt()
    {
        const string Name = "moves.socketlab.test";
        using var pull = new PullSocket();
        int port = pull.BindRandomPort("tcp://127.0.0.1"), asked = 0;
        var before = Connector.Resolver;
        // The machine has moved: its old address, at which nobody listens, is the answer to the first two questions.
        Connector.Resolver = (host, family) =>
            host != Name ? before(host, family) : [IPAddress.Parse(Interlocked.Increment(ref asked) <= 2 ? "127.0.0.2" : "127.0.0.1")];
        try
        {
            using var push = new PushSocket();
            push.Options.ReconnectInterval = TimeSpan.FromMilliseconds(5);
            push.Connect($"tcp://{Name}:{port}");
            push.SendFrame("found");
            Assert.Equal("found", pull.Receive());
            Assert.Equal(3, asked);
        }
        finally
        {
            Connector.Resolver = before;
        }
    }

    private static string Closed()
    {
        using var probe = new PullSocket();
        return probe.BindFree("tcp");
    }

    private static bool HasIPv6Loopback()
    {
        try
        {
            using var probe = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
