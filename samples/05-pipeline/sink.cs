// Pipeline, the collector: a PULL socket takes the workers' results, from each in turn. Run: dotnet run samples/05-pipeline/sink.cs [port]
#:project ../../src/SocketLab.ZeroMq
using SocketLab.ZeroMq;
using SocketLab.ZeroMq.Sockets;

var port = args.Length > 0 ? args[0] : "5691";
using var socket = new PullSocket();
socket.Bind($"tcp://127.0.0.1:{port}");
Console.WriteLine($"READY pipeline-sink {socket.Options.LastEndpoint!["tcp://".Length..]}");

for (var results = 1; ; results++)
{
    Console.WriteLine($"{results}: {socket.ReceiveFrameString()}");
}
