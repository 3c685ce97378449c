// Pipeline, a worker: pulls a task, works on it, pushes the result on. Run: dotnet run samples/05-pipeline/client.cs [port] [sink's port] [seconds of work]
#:project ../../src/SocketLab.ZeroMq
using SocketLab.ZeroMq;
using SocketLab.ZeroMq.Sockets;

using var results = new PushSocket();
results.Connect($"tcp://127.0.0.1:{(args.Length > 1 ? args[1] : "5691")}");
using var tasks = new PullSocket();
tasks.Connect($"tcp://127.0.0.1:{(args.Length > 0 ? args[0] : "5690")}"); // from here on tasks queue up for us, busy or not

while (true)
{
    var task = tasks.ReceiveFrameString();
    var work = TimeSpan.FromSeconds(args.Length > 2 ? double.Parse(args[2]) : Math.Abs(Normal(2, 1)));
    Thread.Sleep(work);
    Console.WriteLine($"{task} - worked {work.TotalSeconds:0.000} s");
    results.SendFrame(task);
}

// Box and Muller's way from two even random numbers to one that is normally distributed.
static double Normal(double mean, double deviation) =>
    mean + (deviation * Math.Sqrt(-2 * Math.Log(1 - Random.Shared.NextDouble())) * Math.Cos(2 * Math.PI * Random.Shared.NextDouble()));
