using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Zmtp;

/// <summary>Socket types by the names that READY has for them.</summary>
internal static class Kinds
{
    public static readonly string[] All = ["PAIR", "PUB", "SUB", "REQ", "REP", "DEALER", "ROUTER", "PULL", "PUSH", "XPUB", "XSUB"];

    public static TheoryData<string> Theory => [.. All];

    /// <summary>A type that talks to this one.</summary>
    public static string PeerOf(string type) => type switch
    {
        "PAIR" => "PAIR",
        "PUB" or "XPUB" => "SUB",
        "SUB" or "XSUB" => "PUB",
        "REQ" => "REP",
        "REP" => "REQ",
        "DEALER" => "ROUTER",
        "ROUTER" => "DEALER",
        "PULL" => "PUSH",
        _ => "PULL",
    };

    /// <summary>A socket that sends nothing of its own accord, and does not linger.</summary>
    public static ZmqSocket Make(string type)
    {
        ZmqSocket socket = type switch
        {
            "PAIR" => new PairSocket(),
            "PUB" => new PublisherSocket(),
            "SUB" => new SubscriberSocket(),
            "REQ" => new RequestSocket(),
            "REP" => new ResponseSocket(),
            "DEALER" => new DealerSocket(),
            "ROUTER" => new RouterSocket(),
            "PULL" => new PullSocket(),
            "PUSH" => new PushSocket(),
            "XPUB" => new XPublisherSocket(),
            "XSUB" => new XSubscriberSocket(),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no such socket type"),
        };
        socket.Options.HeartbeatInterval = TimeSpan.Zero;
        socket.Options.Linger = TimeSpan.Zero;
        return socket;
    }
}
