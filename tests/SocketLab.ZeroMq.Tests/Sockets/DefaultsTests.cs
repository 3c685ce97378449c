using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Sockets;

/// <summary>What holds when a program sets nothing, and where a constructor's connection string leads.</summary>
public class DefaultsTests
{
    public static TheoryData<string, bool> Types => new()
    {
        { "PAIR", false }, { "PUB", true }, { "SUB", false }, { "REQ", false }, { "REP", true }, { "DEALER", false },
        { "ROUTER", true }, { "PULL", true }, { "PUSH", false }, { "XPUB", true }, { "XSUB", false },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Limits_and_times_are_those_of_the_documentation(string type, bool binds)
    {
        using var socket = New(type, null);
        var o = socket.Options;
        Assert.Equal((1000, 1000), (o.SendHighWatermark, o.ReceiveHighWatermark));
        Assert.Equal((64L << 20, 64L << 20), (o.SendHighWatermarkBytes, o.ReceiveHighWatermarkBytes));
        Assert.Equal((64L << 20, 1024, 10_000), (o.MaxMsgSize, o.MaxFramesPerMessage, o.MaxTopicsPerPeer));
        Assert.Equal((2.0, 6.0, 10.0), (o.HeartbeatInterval.TotalSeconds, o.HeartbeatTimeout.TotalSeconds, o.HandshakeTimeout.TotalSeconds));
        Assert.Equal((100.0, 0.0), (o.ReconnectInterval.TotalMilliseconds, o.ReconnectIntervalMax.TotalMilliseconds));
        Assert.Equal(type is "SUB" or "XSUB" ? 0 : 2, o.Linger.TotalSeconds);
        Assert.False(o.DelayAttachOnConnect || o.RouterMandatory || o.RouterHandover || o.Correlate || o.Relaxed || o.Conflate);
        Assert.Equal(binds, type is "PUB" or "REP" or "ROUTER" or "PULL" or "XPUB");
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Without_a_mark_servers_bind_and_clients_connect(string type, bool binds)
    {
        string name = Endpoints.FreeName();
        using var socket = New(type, name);
        using var other = New(type, null);
        // Where a name is taken it was bound; where it is not, connecting to it is all that can have happened.
        var error = Record.Exception(() => other.Bind(name));
        Assert.Equal(binds, error is AddressAlreadyInUseException);
        Assert.Equal(name, socket.Options.LastEndpoint);
    }

    [Fact]
    public void Several_endpoints_of_both_kinds_stand_in_one_string()
    {
        string a = Endpoints.FreeName(), b = Endpoints.FreeName();
        using var there = new PullSocket($"@{b}");
        using var push = new PushSocket($"@{a}, >{b}");
        using var here = new PullSocket($">{a}");
        push.SendFrame("1");
        push.SendFrame("2");
        Assert.Equal(["1", "2"], new[] { there.Receive(), here.Receive() }.Order());
    }

    [Fact]
    public void A_constructor_that_fails_leaves_nothing_bound()
    {
        string name = Endpoints.FreeName(), path = Endpoints.FreePath();
        Assert.Throws<InvalidException>(() => new PullSocket($"@{name},@ipc://{path},@nonsense"));
        Assert.False(File.Exists(path));
        using var pull = new PullSocket();
        pull.Bind(name);
    }

    private static ZmqSocket New(string type, string? at) => type switch
    {
        "PAIR" => new PairSocket(at),
        "PUB" => new PublisherSocket(at),
        "SUB" => new SubscriberSocket(at),
        "REQ" => new RequestSocket(at),
        "REP" => new ResponseSocket(at),
        "DEALER" => new DealerSocket(at),
        "ROUTER" => new RouterSocket(at),
        "PULL" => new PullSocket(at),
        "PUSH" => new PushSocket(at),
        "XPUB" => new XPublisherSocket(at),
        _ => new XSubscriberSocket(at),
    };
}
