// Publish-subscribe, the subscriber: prints what begins with its topic. Run: dotnet run samples/04-pubsub/client.cs [port] [topic] [count]
#:project ../../src/SocketLab.ZeroMq
using SocketLab.ZeroMq;
using SocketLab.ZeroMq.Sockets;

var port = args.Length > 0 ? args[0] : "5680";
var topic = args.Length > 1 ? args[1] : "";                    // "" is a prefix of everything; without Subscribe nothing comes at all
var count = args.Length > 2 ? int.Parse(args[2]) : int.MaxValue;
using var socket = new SubscriberSocket();
socket.Connect($"tcp://127.0.0.1:{port}");
socket.Subscribe(topic);                                       // told to the publisher: it filters, the rest never travels

for (var i = 0; i < count; i++)
{
    Console.WriteLine(socket.ReceiveFrameString());            // what was published before we came is gone
}
