using System.Net;
using SocketLab.Transport.Tcp;
using SocketLab.Transport.Udp;

namespace SocketLab.Bench;

/// <summary>An echo server in this very process, on a port that the kernel chooses, with nobody watching its journal.</summary>
internal sealed class OwnServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly IAsyncDisposable _server;
    private readonly Task _running;

    private OwnServer(IPEndPoint endPoint, IAsyncDisposable server, Func<CancellationToken, Task> run)
    {
        (EndPoint, _server) = (endPoint, server);
        _running = run(_stop.Token);
    }

    public IPEndPoint EndPoint { get; }

    public static OwnServer Start(Work work)
    {
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        if (work == Work.UdpEcho)
        {
            var udp = new UdpEchoServer(new UdpEchoServerOptions { EndPoint = any, RatePerSource = 0 });
            udp.Start();
            return new OwnServer(udp.EndPoint, udp, udp.RunAsync);
        }
        var tcp = new TcpEchoServer(new TcpEchoServerOptions { EndPoint = any, Backlog = 4096, MaxConnections = int.MaxValue, MaxConnectionsPerAddress = int.MaxValue });
        tcp.Start();
        return new OwnServer(tcp.EndPoint, tcp, tcp.RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _server.DisposeAsync();
        _stop.Dispose();
    }
}
