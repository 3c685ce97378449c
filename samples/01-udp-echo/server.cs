// UDP echo, the server: socket, bind, then recvfrom and sendto for ever. Run: dotnet run samples/01-udp-echo/server.cs [port]
using System.Net;
using System.Net.Sockets;

var port = args.Length > 0 ? int.Parse(args[0]) : 5677;
using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
Console.WriteLine($"READY udp-echo {socket.LocalEndPoint}");

var buffer = new byte[1024]; // a longer datagram is cut, and its rest is gone
while (true)
{
    EndPoint sender = new IPEndPoint(IPAddress.Any, 0);
    var length = socket.ReceiveFrom(buffer, ref sender); // one datagram, and who sent it
    socket.SendTo(buffer.AsSpan(0, length), sender);     // no connection: each datagram is addressed
}
