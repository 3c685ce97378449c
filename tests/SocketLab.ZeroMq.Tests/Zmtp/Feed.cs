using System.Net.Sockets;
using System.Text;
using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq.Tests.Zmtp;

/// <summary>
/// Bytes to the engine's own decoder, in exactly the pieces that a test wants: a connection over a pair of real sockets, read on the
/// reactor's thread and by its code, one piece a read. On loopback TCP nobody could say which octets come together.
/// </summary>
internal sealed class Feed : IDisposable
{
    private readonly string _path = Endpoints.FreePath();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public Feed()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen(8);
    }

    /// <summary>What becomes of each case; the reactor is held for all of them, so let them be few.</summary>
    public List<string> Run(string type, IEnumerable<byte[][]> cases)
    {
        using var socket = Kinds.Make(type);
        socket.Options.MaxTopicsPerPeer = 100;
        List<string> outcomes = [];
        Exception? thrown = null;
        using var done = new ManualResetEventSlim();
        var journal = new StringBuilder();
        socket.Observe = (in ZmqEvent e) =>
        {
            if (e.Kind is ZmqEventKind.FrameReceived or ZmqEventKind.CommandReceived or ZmqEventKind.GreetingReceived or ZmqEventKind.HandshakeDone)
            {
                journal.Append($"{e.Kind} {e.WireFlags:x2} {Convert.ToHexString(e.Bytes)} {e.MessageIndex}.{e.FrameIndex}\n");
            }
        };
        Reactor.Shared.Post(() =>
        {
            try
            {
                foreach (byte[][] pieces in cases)
                {
                    outcomes.Add(One(socket, pieces, journal));
                }
            }
            catch (Exception error)
            {
                thrown = error;
            }
            finally
            {
                done.Set();
            }
        });
        Assert.True(done.Wait(Endpoints.Deadline), "the decoder hangs");
        Assert.True(thrown is null, $"the decoder threw {thrown}");
        return outcomes;
    }

    private string One(ZmqSocket socket, byte[][] pieces, StringBuilder journal)
    {
        journal.Clear();
        using var peer = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        peer.Connect(new UnixDomainSocketEndPoint(_path));
        peer.Blocking = false;
        var accepted = _listener.Accept();
        accepted.Blocking = false;
        string? end = null;
        var pipe = new StreamPipe(socket, "feed");
        var connection = new Connection(socket, accepted, pipe, "feed", "feed", (_, reason) =>
        {
            end = reason;
            socket.Detach(pipe);
        });
        connection.Start();
        foreach (byte[] piece in pieces)
        {
            if (end is not null || piece.Length == 0)
            {
                continue;
            }
            Assert.Equal(piece.Length, peer.Send(piece));
            connection.OnReadable();
        }
        string verdict = end ?? "open";
        // What the program would get, the way it would get it.
        var frame = default(Msg);
        while (pipe.HasMessage())
        {
            pipe.ReadFrame(ref frame);
            journal.Append($"received {Convert.ToHexString(frame.Span)}{(frame.HasMore ? "+" : "")}\n");
        }
        frame.Drop();
        byte[] sent = new byte[64 * 1024];
        int n = peer.Receive(sent.AsSpan(), SocketFlags.None, out _);
        connection.Fail("over");
        return $"{journal}sent {Convert.ToHexString(sent.AsSpan(0, Math.Max(0, n)))}\n{verdict}";
    }

    public void Dispose()
    {
        _listener.Dispose();
        File.Delete(_path);
    }
}
