// TCP echo, the client: socket, connect, sendall, recv. Run: dotnet run samples/02-tcp-echo/client.cs [port] [message]
using System.Net;
using System.Net.Sockets;
using System.Text;

var port = args.Length > 0 ? int.Parse(args[0]) : 5677;
var message = Encoding.UTF8.GetBytes(args.Length > 1 ? args[1] : "Hello There");
using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 2000 };

socket.Connect(IPAddress.Loopback, port); // succeeds when the server's kernel has answered, accepted or not
socket.Send(message);
var back = new byte[message.Length];
for (var have = 0; have < back.Length;)   // one send may come back in several pieces: count bytes
{
    var got = socket.Receive(back.AsSpan(have));
    if (got == 0)
    {
        throw new EndOfStreamException("the server closed the connection");
    }
    have += got;
}
Console.WriteLine(Encoding.UTF8.GetString(back));
