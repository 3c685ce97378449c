using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using SocketLab.ZeroMq.Sockets;
using SocketLab.ZeroMq.Tests.Zmtp;
using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Tests.Hostile;

/// <summary>
/// Broken streams against real sockets of each type, while their programs send and receive. SOCKETLAB_FUZZ_CASES=N (the nightly mode)
/// tries N/20 of them; without it a few hundred. The seed of each case is its number.
/// </summary>
[Collection(Alone.Name)]
public class SocketFuzzTests
{
    public static TheoryData<string> Types => Kinds.Theory;

    [Theory]
    [MemberData(nameof(Types))]
    public void A_bound_socket_serves_a_good_peer_whatever_else_comes(string type)
    {
        int cases = Mutator.Cases(normal: 50, nightlyShare: 20 * Kinds.All.Length);
        using var program = new Program(type);
        program.AssertServes();
        var before = Holdings.Now();
        var hangingOn = new Queue<WirePeer>();
        for (int i = 0; i < cases; i++)
        {
            int seed = (i * Kinds.All.Length) + Array.IndexOf(Kinds.All, type);
            byte[][] pieces = Mutator.Cut(Mutator.Make(seed, out _), seed);
            var peer = WirePeer.Connect(program.Endpoint);
            Array.ForEach(pieces, piece => peer.Send(piece));
            switch (seed % 4)
            {
                case 0: peer.Reset(); break;
                case 1: peer.Dispose(); break;
                case 2: peer.Finish(); hangingOn.Enqueue(peer); break;
                default: hangingOn.Enqueue(peer); break;
            }
            if (hangingOn.Count > (type == "PAIR" ? 0 : 8))
            {
                hangingOn.Dequeue().Dispose();
            }
            if (i % 50 == 49)
            {
                program.AssertServes();
            }
        }
        while (hangingOn.TryDequeue(out var peer))
        {
            peer.Dispose();
        }
        program.AssertServes();
        before.AssertHeld(16, handles: 16);
    }

    [Fact]
    public void A_connecting_socket_outlives_whatever_answers()
    {
        int cases = Mutator.Cases(normal: 150, nightlyShare: 40);
        using var pull = (PullSocket)Kinds.Make("PULL");
        string bystander = pull.BindFree("tcp");
        using var push = Kinds.Make("PUSH");
        push.Connect(bystander);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string endpoint = $"tcp://{listener.LocalEndpoint}";
        var before = Holdings.Now();
        for (int seed = 0; seed < cases; seed++)
        {
            using var socket = Kinds.Make(Kinds.All[seed % Kinds.All.Length]);
            socket.Options.ReconnectInterval = TimeSpan.FromMilliseconds(-1);
            socket.Options.Relaxed = true;
            socket.Connect(endpoint);
            (socket as SubscriberSocket)?.SubscribeToAnyTopic();
            using var peer = WirePeer.Accept(listener);
            Array.ForEach(Mutator.Cut(Mutator.Make(seed, out _), seed), piece => peer.Send(piece));
            Program.Turn(socket, static _ => { });
            if (seed % 2 == 0)
            {
                peer.Finish();
                Program.Turn(socket, static _ => { });
            }
            if (seed % 25 == 0)
            {
                Assert.True(((IOutgoingSocket)push).TrySendFrame(Endpoints.Deadline, $"{seed}"));
                Assert.Equal($"{seed}", pull.Receive());
            }
        }
        before.AssertHeld(16, handles: 16);
    }
}

/// <summary>A bound socket and a thread that uses it as a program would; what it receives can be waited for.</summary>
internal sealed class Program : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    private readonly string _type;
    private readonly ZmqSocket _socket;
    private readonly Thread _thread;
    private readonly ConcurrentDictionary<string, bool> _seen = [];
    private volatile bool _stop;
    private Exception? _thrown;
    private int _services;

    public Program(string type)
    {
        _type = type;
        _socket = Kinds.Make(type);
        _socket.Options.Relaxed = true;
        Endpoint = _socket.BindFree("tcp");
        (_socket as SubscriberSocket)?.SubscribeToAnyTopic();
        (_socket as XSubscriberSocket)?.SubscribeToAnyTopic();
        _thread = new Thread(Run) { Name = $"program of {type}" };
        _thread.Start();
    }

    public string Endpoint { get; }

    /// <summary>A good peer comes, and gets what this type is there for.</summary>
    public void AssertServes()
    {
        string word = $"good {_services++}";
        Endpoints.Until(() => _thrown is not null || TryServe(word), $"{_type} serves a good peer ({word})");
        Assert.True(_thrown is null, $"the program of {_type} met {_thrown}");
    }

    /// <summary>One turn of a program: whatever the type can do, without waiting long.</summary>
    public static void Turn(ZmqSocket socket, Action<List<byte[]>> received)
    {
        List<byte[]>? frames = null;
        bool canReceive = socket is not (PublisherSocket or PushSocket);
        if (socket is RequestSocket)
        {
            ((IOutgoingSocket)socket).TrySendFrame(Moment, "question");
        }
        if (canReceive && socket is not ResponseSocket and not RequestSocket && socket.TryReceiveMultipartBytes(Moment, ref frames))
        {
            received(frames);
        }
        switch (socket)
        {
            case RequestSocket:
                try
                {
                    if (socket.TryReceiveMultipartBytes(Moment * 20, ref frames))
                    {
                        received(frames);
                    }
                }
                catch (FiniteStateMachineException)
                {
                    // The question found nobody to go to.
                }
                break;
            case ResponseSocket:
                if (socket.TryReceiveMultipartBytes(Moment, ref frames))
                {
                    received(frames);
                    ((IOutgoingSocket)socket).TrySendMultipartBytes(Moment, [.. frames]);
                }
                break;
            case RouterSocket when frames is not null:
                ((IOutgoingSocket)socket).TrySendMultipartBytes(Moment, [.. frames]);
                break;
            case PublisherSocket or XPublisherSocket or PushSocket or PairSocket or DealerSocket or XSubscriberSocket:
                ((IOutgoingSocket)socket).TrySendFrame(Moment, "good news");
                break;
            default:
                break;
        }
    }

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
        _socket.Dispose();
    }

    private void Run()
    {
        try
        {
            while (!_stop)
            {
                Turn(_socket, frames => _seen[System.Text.Encoding.Latin1.GetString(frames[^1])] = true);
                if (_seen.Count > 10_000)
                {
                    _seen.Clear();
                }
                if (_socket is PublisherSocket)
                {
                    Thread.Yield();
                }
            }
        }
        catch (Exception error)
        {
            _thrown = error;
        }
    }

    private bool TryServe(string word)
    {
        try
        {
            return Serves(word);
        }
        catch (Xunit.Sdk.XunitException) when (_type == "PAIR")
        {
            // Refused, because another peer has not left yet.
            return false;
        }
    }

    private bool Serves(string word)
    {
        using var peer = WirePeer.Connect(Endpoint);
        byte[] text = [.. word.Select(c => (byte)c)];
        byte[] message = [0, (byte)text.Length, .. text];
        peer.Send([.. RawPeer.Greeting, .. RawPeer.Ready(Kinds.PeerOf(_type))]);
        peer.Receive(Greeting.Length);
        peer.ReceiveFrame();
        switch (_type)
        {
            case "PUB" or "XPUB":
                peer.Send(Command.Topic(true, "good"u8, 1));
                return peer.ReceiveFrame().Body.AsSpan().SequenceEqual("good news"u8);
            case "PUSH":
                return peer.ReceiveFrame().Body.AsSpan().SequenceEqual("good news"u8);
            case "REQ":
                // Questions go round to whoever is there; one comes to us.
                peer.Receive(2);
                Assert.Equal([.. "question"u8], peer.ReceiveFrame().Body);
                peer.Send([1, 0, .. message]);
                return SpinWait.SpinUntil(() => _seen.ContainsKey(word), 200);
            case "REP":
                peer.Send([1, 0, .. message]);
                peer.Receive(2);
                return peer.ReceiveFrame().Body.AsSpan().SequenceEqual(text);
            case "ROUTER":
                peer.Send(message);
                return peer.ReceiveFrame().Body.AsSpan().SequenceEqual(text);
            default:
                peer.Send(message);
                // A PAIR has room for one peer, which may be another just now.
                return SpinWait.SpinUntil(() => _seen.ContainsKey(word), _type == "PAIR" ? 200 : (int)Endpoints.Deadline.TotalMilliseconds);
        }
    }
}
