// UDP echo, the client: socket, sendto, recvfrom. Run: dotnet run samples/01-udp-echo/client.cs [port] [message]
using System.Net;
using System.Net.Sockets;
using System.Text;

var server = new IPEndPoint(IPAddress.Loopback, args.Length > 0 ? int.Parse(args[0]) : 5677);
var message = args.Length > 1 ? args[1] : "Hello There";
using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 2000 };

socket.SendTo(Encoding.UTF8.GetBytes(message), server); // binds us to a port of the kernel's choice; succeeds with no server too
var buffer = new byte[1024];
EndPoint sender = new IPEndPoint(IPAddress.Any, 0);
var length = socket.ReceiveFrom(buffer, ref sender);    // a time-out is all that a lost datagram looks like
Console.WriteLine(Encoding.UTF8.GetString(buffer, 0, length));
