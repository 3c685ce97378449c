using System.Net;
using SocketLab.Transport.Tcp;
using SocketLab.Transport.Udp;

namespace SocketLab.Benchmarks;

/// <summary><c>echo tcp|udp</c>: the loop that a student reads, without the fast path that Linux has. Prints its port.</summary>
internal static class EchoRole
{
    public static async Task<int> RunAsync(string[] args)
    {
        // As the console program does before its first socket: continuations run where the data came in.
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        var anyPort = new IPEndPoint(IPAddress.Loopback, 0);
        if (args is ["udp"])
        {
            await using var server = new UdpEchoServer(new UdpEchoServerOptions { EndPoint = anyPort, RatePerSource = 0, PlainLoop = true });
            server.Start();
            Console.WriteLine($"READY {server.EndPoint}");
            await server.RunAsync(CancellationToken.None);
        }
        else
        {
            await using var server = new TcpEchoServer(new TcpEchoServerOptions { EndPoint = anyPort, MaxConnections = 20_000, MaxConnectionsPerAddress = 20_000, PlainLoop = true });
            server.Start();
            Console.WriteLine($"READY {server.EndPoint}");
            await server.RunAsync(CancellationToken.None);
        }
        return 0;
    }
}
