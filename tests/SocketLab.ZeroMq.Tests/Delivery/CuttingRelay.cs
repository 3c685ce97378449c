using System.Net;
using System.Net.Sockets;

namespace SocketLab.ZeroMq.Tests.Delivery;

/// <summary>Passes bytes between whoever connects and a server, and cuts all connections with a reset when told to.</summary>
internal sealed class CuttingRelay : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _sockets = [];

    public CuttingRelay()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    public string Endpoint => $"tcp://{_listener.LocalEndPoint}";

    public void Start(string server) => _ = AcceptAsync(IPEndPoint.Parse(server[6..]));

    public void Cut()
    {
        lock (_sockets)
        {
            foreach (var socket in _sockets)
            {
                socket.LingerState = new LingerOption(true, 0);
                socket.Dispose();
            }
            _sockets.Clear();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        Cut();
    }

    private async Task AcceptAsync(IPEndPoint server)
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync();
                var upstream = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await upstream.ConnectAsync(server);
                lock (_sockets)
                {
                    _sockets.AddRange([client, upstream]);
                }
                _ = PassAsync(client, upstream);
                _ = PassAsync(upstream, client);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task PassAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[65536];
        try
        {
            for (int n; (n = await from.ReceiveAsync(buffer)) > 0;)
            {
                await to.SendAsync(buffer.AsMemory(0, n));
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }
}
