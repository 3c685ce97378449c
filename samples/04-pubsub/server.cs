// Publish-subscribe, the publisher: sends to whoever has subscribed by now, waits for nobody. Run: dotnet run samples/04-pubsub/server.cs [port]
#:project ../../src/SocketLab.ZeroMq
using SocketLab.ZeroMq;
using SocketLab.ZeroMq.Sockets;

var port = args.Length > 0 ? args[0] : "5680";
using var socket = new PublisherSocket();
socket.Bind($"tcp://127.0.0.1:{port}");
Console.WriteLine($"READY pubsub {socket.Options.LastEndpoint!["tcp://".Length..]}");

for (var id = 1; ; id++)
{
    // A topic is no more than a message's first bytes. Without a subscriber the message is dropped here, and that is no error.
    socket.SendFrame($"1-Update! >> #{id} >> {DateTime.Now:HH:mm:ss.fff}");
    socket.SendFrame($"2-Update! >> #{id} >> {DateTime.Now:HH:mm:ss.fff}");
    Thread.Sleep(1000);
}
