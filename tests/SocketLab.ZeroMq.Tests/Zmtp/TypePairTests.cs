namespace SocketLab.ZeroMq.Tests.Zmtp;

/// <summary>All 121 pairs of socket types: those that libzmq lets talk talk, and the others are told why not.</summary>
public class TypePairTests
{
    public static TheoryData<string> Types => Kinds.Theory;

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_type_takes_the_peers_that_libzmq_takes(string type)
    {
        foreach (string other in Kinds.All)
        {
            using var judged = new Judged();
            using var socket = Kinds.Make(type);
            socket.Observe = judged.On;
            using var peer = WirePeer.Connect(socket.BindFree("tcp"));
            peer.Send([.. RawPeer.Greeting, .. RawPeer.Ready(other)]);
            bool isOpen = Golden.TypePairs.GetProperty(type).GetProperty(other).GetString() == "open";
            string verdict = judged.Wait();
            if (isOpen)
            {
                Assert.Equal("", verdict);
                continue;
            }
            Assert.Equal($"handshake refused: {type} does not talk to {other}", verdict);
            peer.Receive(64);
            peer.ReceiveFrame();
            var (flags, body) = peer.ReceiveFrame();
            Assert.Equal(4, flags);
            byte[] reason = [.. $"{type} does not talk to {other}".Select(c => (byte)c)];
            Assert.Equal([5, .. "ERROR"u8, (byte)reason.Length, .. reason], body);
            Assert.Empty(peer.ReceiveToEnd());
        }
    }
}

/// <summary>Waits for the end of a handshake: an empty text when it was done, else the reason.</summary>
internal sealed class Judged : IDisposable
{
    private readonly System.Collections.Concurrent.BlockingCollection<string> _verdicts = [];

    public void On(in ZmqEvent e)
    {
        if (e.Kind is ZmqEventKind.HandshakeDone or ZmqEventKind.HandshakeFailed)
        {
            _verdicts.Add(e.Reason ?? "");
        }
    }

    public string Wait()
    {
        Assert.True(_verdicts.TryTake(out var verdict, Endpoints.Deadline), "the handshake did not end");
        return verdict;
    }

    public void Dispose() => _verdicts.Dispose();
}
