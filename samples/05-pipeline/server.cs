// Pipeline, the ventilator: a PUSH socket hands tasks to the workers in turn. Run: dotnet run samples/05-pipeline/server.cs [port] [seconds between tasks]
#:project ../../src/SocketLab.ZeroMq
using SocketLab.ZeroMq;
using SocketLab.ZeroMq.Sockets;

var port = args.Length > 0 ? args[0] : "5690";
var pause = TimeSpan.FromSeconds(args.Length > 1 ? double.Parse(args[1]) : 1);
using var socket = new PushSocket();
socket.Bind($"tcp://127.0.0.1:{port}");
Console.WriteLine($"READY pipeline {socket.Options.LastEndpoint!["tcp://".Length..]}");

for (var id = 1; ; id++)
{
    socket.SendFrame($"{id} - {DateTime.Now:HH:mm:ss.fff}"); // waits while there is no worker; in turn, not to whoever is idle
    Thread.Sleep(pause);
}
