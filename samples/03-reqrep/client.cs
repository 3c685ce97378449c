// Request-reply, the requester: a REQ socket sends a request, then waits for its reply. Run: dotnet run samples/03-reqrep/client.cs [port] [message]
#:project ../../src/SocketLab.ZeroMq
using SocketLab.ZeroMq;
using SocketLab.ZeroMq.Sockets;

var port = args.Length > 0 ? args[0] : "5678";
var message = args.Length > 1 ? args[1] : "Hello There";
using var socket = new RequestSocket();
socket.Connect($"tcp://127.0.0.1:{port}"); // returns at once: the server may start later
socket.SendFrame(message);                 // queued until the connection stands
if (!socket.TryReceiveFrameString(TimeSpan.FromSeconds(10), out var reply))
{
    Console.Error.WriteLine("no reply within 10 s; a REQ socket that has asked can only wait, or be closed");
    return 1;
}
Console.WriteLine(reply);
return 0;
