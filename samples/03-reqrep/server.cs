// Request-reply, the replier: a REP socket receives a request, then sends the reply to it, in turn. Run: dotnet run samples/03-reqrep/server.cs [port]
#:project ../../src/SocketLab.ZeroMq
using SocketLab.ZeroMq;
using SocketLab.ZeroMq.Sockets;

var port = args.Length > 0 ? args[0] : "5678";
using var socket = new ResponseSocket();
socket.Bind($"tcp://127.0.0.1:{port}"); // listens and accepts in the background: one socket, any number of requesters
Console.WriteLine($"READY reqrep {socket.Options.LastEndpoint!["tcp://".Length..]}");

while (true)
{
    var request = socket.ReceiveFrameString(); // a whole message, however the network cut it up
    socket.SendFrame($"Echo: {request}");      // goes to who asked; two receives, or two sends, in a row are an error
}
