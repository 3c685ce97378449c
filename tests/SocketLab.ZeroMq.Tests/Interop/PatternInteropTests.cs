using SocketLab.ZeroMq.Sockets;
using SocketLab.ZeroMq.Tests.Sockets;

namespace SocketLab.ZeroMq.Tests.Interop;

/// <summary>Every pattern against libzmq, in both roles, with either side binding, over tcp and ipc, at the sizes where encodings change.</summary>
public class PatternInteropTests(PyPeer peer) : IClassFixture<PyPeer>
{
    private static readonly int[] Sizes = [0, 1, 125, 126, 127, 255, 256, 65_535, 65_536, 16 << 20];
    private static readonly Dictionary<int, (byte[] Bytes, string Word)> Frames = Sizes.ToDictionary(
        s => s, s => (PyPeer.Generated(s, s % 251), PyPeer.Word(PyPeer.Generated(s, s % 251))));

    /// <summary>Ours, theirs, who speaks first, and what stands before the body: sent by us, seen by them, sent by them, seen by us.</summary>
    private static readonly (string Ours, string Theirs, bool WeFirst, string Out, string TheySee, string Back, string WeSee)[] Talks =
    [
        ("REQ", "REP", true, "", "", "", ""),
        ("REP", "REQ", false, "", "", "", ""),
        ("REQ", "ROUTER", true, "", "us - ", "us - ", ""),
        ("ROUTER", "REQ", false, "them - ", "", "", "them - "),
        ("DEALER", "REP", true, "- ", "", "", "- "),
        ("REP", "DEALER", false, "", "- ", "- ", ""),
        ("DEALER", "ROUTER", true, "", "us ", "us ", ""),
        ("ROUTER", "DEALER", false, "them ", "", "", "them "),
        ("DEALER", "DEALER", true, "", "", "", ""),
        ("ROUTER", "ROUTER", true, "them ", "us ", "us ", "them "),
        ("PAIR", "PAIR", true, "", "", "", ""),
    ];

    public static TheoryData<string, string, string, bool> Conversations => Cases([.. Talks.Select(t => (t.Ours, t.Theirs))]);

    public static TheoryData<string, string, string, bool> Streams =>
        Cases([("PUSH", "PULL"), ("PULL", "PUSH"), ("PUB", "SUB"), ("SUB", "PUB"), ("XPUB", "XSUB"), ("XSUB", "XPUB"),
            ("PUB", "XSUB"), ("SUB", "XPUB"), ("XPUB", "SUB"), ("XSUB", "PUB")]);

    [Theory]
    [MemberData(nameof(Conversations))]
    public void A_conversation_with_libzmq_passes_every_size_both_ways(string ours, string theirs, string transport, bool weBind)
    {
        var talk = Talks.Single(t => t.Ours == ours && t.Theirs == theirs);
        using var socket = Make(ours);
        socket.Options.Identity = "us"u8.ToArray();
        string name = theirs is "REP" || (theirs is "ROUTER" && ours is not "ROUTER") ? peer.New(theirs) : peer.New(theirs, "IDENTITY=them");
        Join(socket, name, transport, weBind);
        if (ours == "ROUTER" && talk.WeFirst)
        {
            // Before the other's READY has come, nobody has its name.
            socket.Options.RouterMandatory = true;
            Endpoints.Until(() => Record.Exception(() => socket.SendMoreFrame("them").SendFrame("hello")) is null, "the peer is known");
            Assert.Equal("us hello", peer.Ask($"recv {name}"));
        }
        foreach (var (body, words) in Bodies(withLongest: weBind == (transport == "tcp")))
        {
            if (talk.WeFirst)
            {
                WeSend();
            }
            peer.Ask($"send {name} {talk.Back}{words.Sent}");
            Assert.Equal(talk.WeSee + words.Seen, Receive(socket));
            if (!talk.WeFirst)
            {
                WeSend();
            }

            void WeSend()
            {
                socket.SendMultipartBytes([.. Prefix(talk.Out), .. body]);
                Assert.Equal(talk.TheySee + words.Seen, peer.Ask($"recv {name}"));
            }
        }
        peer.Ask($"close {name}");
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_stream_to_or_from_libzmq_passes_every_size(string ours, string theirs, string transport, bool weBind)
    {
        using var socket = Make(ours);
        using var subscribed = new Seen(ZmqEventKind.Subscribed);
        socket.Observe = subscribed.On;
        string name = peer.New(theirs);
        if (theirs == "SUB")
        {
            peer.Ask($"subscribe {name} -");
        }
        (socket as SubscriberSocket)?.SubscribeToAnyTopic();
        (socket as XSubscriberSocket)?.SubscribeToAnyTopic();
        Join(socket, name, transport, weBind);
        switch (theirs)
        {
            case "SUB":
                // A libzmq SUB that binds subscribes only when its program next calls into it.
                Endpoints.Until(
                    () =>
                    {
                        peer.Ask($"poll {name} 5");
                        return subscribed.IsSeen;
                    },
                    "a subscription");
                break;
            case "XSUB":
                Endpoints.Until(
                    () =>
                    {
                        peer.Ask($"send {name} \\1");
                        return subscribed.IsSeen;
                    },
                    "a subscription");
                break;
            case "XPUB":
                Assert.Equal("\\1", peer.Ask($"recv {name}"));
                break;
            case "PUB":
                AwaitFirst(socket, name);
                break;
        }
        foreach (var (body, words) in Bodies(withLongest: weBind == (transport == "tcp")))
        {
            if (ours is "PUSH" or "PUB" or "XPUB")
            {
                socket.SendMultipartBytes(body);
                Assert.Equal(words.Seen, peer.Ask($"recv {name}"));
            }
            else
            {
                peer.Ask($"send {name} {words.Sent}");
                Assert.Equal(words.Seen, Receive(socket));
            }
        }
        peer.Ask($"close {name}");
    }

    internal static ZmqSocket Make(string type) => type switch
    {
        "REQ" => new RequestSocket(),
        "REP" => new ResponseSocket(),
        "DEALER" => new DealerSocket(),
        "ROUTER" => new RouterSocket(),
        "PUB" => new PublisherSocket(),
        "SUB" => new SubscriberSocket(),
        "XPUB" => new XPublisherSocket(),
        "XSUB" => new XSubscriberSocket(),
        "PUSH" => new PushSocket(),
        "PULL" => new PullSocket(),
        _ => new PairSocket(),
    };

    /// <summary>A plain PUB cannot say when it knows of a subscription: what comes through says so.</summary>
    private void AwaitFirst(ZmqSocket socket, string name)
    {
        Endpoints.Until(
            () =>
            {
                peer.Ask($"send {name} probe");
                return socket.TryReceiveFrameString(TimeSpan.FromMilliseconds(20), out _);
            },
            "a first message from PUB");
        peer.Ask($"send {name} begin");
        while (socket.Receive() != "begin")
        {
        }
    }

    private void Join(ZmqSocket socket, string name, string transport, bool weBind)
    {
        if (weBind)
        {
            peer.Ask($"connect {name} {socket.BindFree(transport)}");
        }
        else
        {
            socket.Connect(peer.BindFree(name, transport));
        }
    }

    /// <summary>
    /// Messages of one frame at every size, and of four frames around it. The 16 MiB pass each transport once, to keep the run short.
    /// </summary>
    private static IEnumerable<(byte[][] Body, (string Sent, string Seen) Words)> Bodies(bool withLongest)
    {
        foreach (int size in Sizes.Where(s => withLongest || s <= 65_536))
        {
            var (bytes, word) = Frames[size];
            string generated = size == 0 ? "-" : $"={size}:{size % 251}";
            yield return ([bytes], (generated, word));
            if (size <= 65_536)
            {
                yield return (["head"u8.ToArray(), bytes, [], bytes], ($"head {generated} - {generated}", $"head {word} - {word}"));
            }
        }
    }

    private static IEnumerable<byte[]> Prefix(string words) =>
        words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => w == "-" ? [] : System.Text.Encoding.ASCII.GetBytes(w));

    private static string Receive(ZmqSocket socket)
    {
        List<byte[]>? frames = null;
        Assert.True(socket.TryReceiveMultipartBytes(Endpoints.Deadline, ref frames), $"{socket.GetType().Name} received nothing");
        return string.Join(' ', frames.Select(PyPeer.Word));
    }

    private static TheoryData<string, string, string, bool> Cases((string Ours, string Theirs)[] pairs)
    {
        var cases = new TheoryData<string, string, string, bool>();
        foreach (var (ours, theirs) in pairs)
        {
            foreach (string transport in new[] { "tcp", "ipc" })
            {
                cases.Add(ours, theirs, transport, true);
                cases.Add(ours, theirs, transport, false);
            }
        }
        return cases;
    }
}
