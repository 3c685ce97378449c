// TCP echo, the server: socket, bind, listen, accept, then recv and sendall. Run: dotnet run samples/02-tcp-echo/server.cs [port]
using System.Net;
using System.Net.Sockets;

var port = args.Length > 0 ? int.Parse(args[0]) : 5677;
using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
listener.Listen(); // from here on the kernel shakes hands with clients by itself
Console.WriteLine($"READY tcp-echo {listener.LocalEndPoint}");

while (true)
{
    var client = listener.Accept(); // the oldest connection in the queue
    _ = Task.Run(() => Echo(client));
}

static void Echo(Socket client)
{
    var buffer = new byte[1024];
    using (client)
    {
        int got;
        while ((got = client.Receive(buffer)) > 0) // some bytes of the stream, not a message; 0: the client has finished
        {
            client.Send(buffer.AsSpan(0, got));    // a blocking Send takes all of it, like Python's sendall
        }
    }
}
