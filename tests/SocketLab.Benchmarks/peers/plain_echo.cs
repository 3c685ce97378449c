// Echo with System.Net.Sockets as its documentation shows it: an await loop a connection, or ReceiveFrom and SendTo. Usage: plain_echo tcp|udp; prints its port.
using System.Net;
using System.Net.Sockets;

var udp = args is ["udp"];
using var socket = udp ? new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
if (!udp)
{
    socket.Listen(4096);
}
Console.WriteLine($"READY {socket.LocalEndPoint}");
if (udp)
{
    var buffer = new byte[65536];
    EndPoint from = new IPEndPoint(IPAddress.Any, 0);
    while (true)
    {
        var got = socket.ReceiveFrom(buffer, ref from);
        socket.SendTo(buffer.AsSpan(0, got), from);
    }
}
while (true)
{
    _ = EchoAsync(await socket.AcceptAsync());
}

static async Task EchoAsync(Socket peer)
{
    var buffer = new byte[65536];
    using (peer)
    {
        peer.NoDelay = true;
        try
        {
            int got;
            while ((got = await peer.ReceiveAsync(buffer)) > 0)
            {
                for (var sent = 0; sent < got;)
                {
                    sent += await peer.SendAsync(buffer.AsMemory(sent, got - sent));
                }
            }
        }
        catch (SocketException)
        {
            // It went away in the middle.
        }
    }
}
