using System.Net;
using System.Text;
using SocketLab.Transport.Tcp;
using SocketLab.Transport.Udp;

namespace SocketLab.Demo;

/// <summary>The raw echoes: the server of each ends by itself after one client.</summary>
internal static class EchoDemos
{
    private const string Message = "Hello There";

    public static async Task<string?> UdpAsync(DemoStage stage, CancellationToken cancel)
    {
        await using var server = new UdpEchoServer(new UdpEchoServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), StopAfter = 1 }, stage.Log("server"));
        server.Start();
        var serving = Task.Run(() => server.RunAsync(cancel), CancellationToken.None);
        var options = new UdpEchoClientOptions { Host = "127.0.0.1", Port = server.EndPoint.Port, Timeout = stage.Patience };
        UdpReply? reply;
        await using (var client = new UdpEchoClient(options, stage.Log("client")))
        {
            await client.OpenAsync(cancel);
            reply = await client.EchoAsync(Encoding.UTF8.GetBytes(Message), cancel);
        }
        await serving;
        return reply is null ? "no echo came" : Same(reply.Payload);
    }

    public static async Task<string?> TcpAsync(DemoStage stage, CancellationToken cancel)
    {
        await using var server = new TcpEchoServer(new TcpEchoServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), StopAfter = 1 }, stage.Log("server"));
        server.Start();
        var serving = Task.Run(() => server.RunAsync(cancel), CancellationToken.None);
        // Five bytes a read: the echo arrives in three receives, and nothing is lost.
        var options = new TcpEchoClientOptions { Host = "127.0.0.1", Port = server.EndPoint.Port, Timeout = stage.Patience, BufferBytes = 5 };
        byte[] reply;
        await using (var client = new TcpEchoClient(options, stage.Log("client")))
        {
            await client.ConnectAsync(cancel);
            reply = await client.EchoAsync(Encoding.UTF8.GetBytes(Message), cancel);
        }
        await serving;
        return Same(reply);
    }

    private static string? Same(byte[] reply) => Encoding.UTF8.GetString(reply) == Message ? null : $"{reply.Length} bytes came back, not what was sent";
}
