// TCP echo by SocketAsyncEventArgs, completions inline: how fast server libraries for .NET (NetCoreServer among them) are built: one pair of
// arguments a connection, a pending receive, a send behind it, callbacks on the thread that polls. Prints its port.
using System.Net;
using System.Net.Sockets;

Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
listener.Listen(4096);
Console.WriteLine($"READY {listener.LocalEndPoint}");
while (true)
{
    var peer = await listener.AcceptAsync();
    new Session(peer).Receive();
}

internal sealed class Session : IDisposable
{
    private readonly Socket _peer;
    private readonly byte[] _buffer = new byte[65536];
    private readonly SocketAsyncEventArgs _receive = new(), _send = new();

    public Session(Socket peer)
    {
        _peer = peer;
        _peer.NoDelay = true;
        _receive.SetBuffer(_buffer);
        _receive.Completed += (_, _) =>
        {
            if (OnReceived())
            {
                Receive();
            }
        };
        _send.Completed += (_, _) =>
        {
            if (OnSent())
            {
                Receive();
            }
        };
    }

    /// <summary>Receives and answers for as long as neither has to wait.</summary>
    public void Receive()
    {
        while (!_peer.ReceiveAsync(_receive))
        {
            if (!OnReceived())
            {
                return;
            }
        }
    }

    private bool OnReceived()
    {
        if (_receive.SocketError != SocketError.Success || _receive.BytesTransferred == 0)
        {
            Dispose();
            return false;
        }
        _send.SetBuffer(_buffer, 0, _receive.BytesTransferred);
        return !_peer.SendAsync(_send) && OnSent();
    }

    private bool OnSent()
    {
        while (_send.SocketError == SocketError.Success && _send.BytesTransferred > 0)
        {
            var rest = _send.Count - _send.BytesTransferred;
            if (rest == 0)
            {
                return true;
            }
            _send.SetBuffer(_send.Offset + _send.BytesTransferred, rest);
            if (_peer.SendAsync(_send))
            {
                return false;
            }
        }
        Dispose();
        return false;
    }

    public void Dispose()
    {
        _peer.Dispose();
        _receive.Dispose();
        _send.Dispose();
    }
}
