using System.Net;
using System.Net.Sockets;

namespace SocketLab.ZeroMq.Tests.Zmtp;

/// <summary>A peer made of bytes: what it sends is what the test says, and what it gets is looked at octet by octet.</summary>
internal sealed class WirePeer : IDisposable
{
    private readonly Socket _socket;

    private WirePeer(Socket socket)
    {
        _socket = socket;
        _socket.NoDelay = true;
        _socket.ReceiveTimeout = _socket.SendTimeout = (int)Endpoints.Deadline.TotalMilliseconds;
    }

    public static WirePeer Connect(string endpoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPEndPoint.Parse(endpoint["tcp://".Length..]));
        return new WirePeer(socket);
    }

    /// <summary>Connects, and greets as a peer of the given type; what comes back is read over.</summary>
    public static WirePeer Connect(string endpoint, string type, byte minor = 1)
    {
        var peer = Connect(endpoint);
        peer.Greet(type, minor);
        return peer;
    }

    public static WirePeer Accept(TcpListener listener)
    {
        Assert.True(SpinWait.SpinUntil(listener.Pending, Endpoints.Deadline), "nobody connected");
        return new WirePeer(listener.AcceptSocket());
    }

    /// <summary>Greets, reads over the other side's greeting and READY, and gives the READY's body.</summary>
    public byte[] Greet(string type, byte minor = 1)
    {
        byte[] greeting = [.. RawPeer.Greeting];
        greeting[11] = minor;
        Send([.. greeting, .. RawPeer.Ready(type)]);
        Receive(64);
        return ReceiveFrame().Body;
    }

    /// <summary>Bytes to a peer that may have had enough of us already.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int n = _socket.Send(bytes, SocketFlags.None, out var error);
            if (error != SocketError.Success)
            {
                Assert.True(error is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.ConnectionAborted, $"sending: {error}");
                return;
            }
            bytes = bytes[n..];
        }
    }

    /// <summary>Exactly so many octets.</summary>
    public byte[] Receive(int count)
    {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count;)
        {
            int n = _socket.Receive(bytes.AsSpan(at), SocketFlags.None, out var error);
            Assert.True(error == SocketError.Success && n > 0, $"{at} of {count} octets came, then {(n == 0 ? "the end" : error)}");
            at += n;
        }
        return bytes;
    }

    public (byte Flags, byte[] Body) ReceiveFrame()
    {
        byte[] head = Receive(2);
        if ((head[0] & 2) == 0)
        {
            return (head[0], Receive(head[1]));
        }
        byte[] rest = Receive(7);
        return (head[0], Receive((rest[3] << 24) | (rest[4] << 16) | (rest[5] << 8) | rest[6]));
    }

    /// <summary>All that comes until the other side closes or resets; a test fails if it does neither.</summary>
    public byte[] ReceiveToEnd()
    {
        List<byte> all = [];
        byte[] bytes = new byte[4096];
        while (true)
        {
            int n = _socket.Receive(bytes.AsSpan(), SocketFlags.None, out var error);
            Assert.False(error is SocketError.TimedOut or SocketError.WouldBlock, "the connection was not closed");
            if (n == 0 || error != SocketError.Success)
            {
                return [.. all];
            }
            all.AddRange(bytes.AsSpan(0, n));
        }
    }

    public void Finish() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Ends with a reset: what was under way is lost.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();
}
