using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketLab.Bench;

namespace SocketLab.Benchmarks;

/// <summary>
/// What a connection costs that says nothing: resident bytes of the server's process for each of many, which have all been answered
/// once. A server is started afresh each round; what the kernel needs for the sockets is not in it.
/// </summary>
internal sealed class IdleTable(string work, string peers, int rounds, double seconds)
{
    private const int Most = 10_000;
    private const int Ahead = 100; // so many are served before: what a server needs once is not a connection's
    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    public async Task<string> MeasureAsync()
    {
        // A short run, as in CI, only shows that it works.
        var connections = seconds < 0.5 ? Most / 10 : Most;
        var servers = EchoServer.Tcp(work, peers).Where(one => !one.Forks && !one.Name.Contains("thread", StringComparison.Ordinal)).ToList();
        var bytes = servers.ToDictionary(one => one, _ => new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var one in servers.OrderBy(_ => Random.Shared.Next()))
            {
                Progress.Show($"idle connections, round {round + 1} of {rounds}: {one.Name.Trim('*')}");
                bytes[one].Add(await MeasureAsync(one, connections));
            }
        }
        Progress.End();
        var table = new StringBuilder();
        table.AppendLine(Plain, $"| {connections:N0} idle TCP connections | resident bytes for each |\n|---|---|");
        foreach (var one in servers)
        {
            table.AppendLine(Plain, $"| {one.Name} | {Spread.Of(bytes[one]).Text(value => value.ToString("N0", Plain))} |");
        }
        return table.ToString();
    }

    private static async Task<double> MeasureAsync(EchoServer server, int connections)
    {
        var (process, port) = server.Start();
        var sockets = new List<Socket>(Ahead + connections);
        try
        {
            var endPoint = new IPEndPoint(IPAddress.Loopback, int.Parse(port, Plain));
            Open(sockets, endPoint, Ahead);
            var before = await SettledAsync(process);
            Open(sockets, endPoint, connections);
            return (await SettledAsync(process) - before) / (double)connections;
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
            process.Kill();
            process.Dispose();
        }
    }

    private static void Open(List<Socket> sockets, IPEndPoint server, int count)
    {
        Span<byte> message = stackalloc byte[64];
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)Deadline.TotalMilliseconds, LingerState = new LingerOption(true, 0) };
            sockets.Add(socket);
            socket.Connect(server);
            socket.Send(message);
            for (var have = 0; have < message.Length;)
            {
                var got = socket.Receive(message[have..]);
                have += got > 0 ? got : throw new InvalidOperationException($"the server ended connection {sockets.Count}");
            }
        }
    }

    /// <summary>The resident bytes when they no longer change: a runtime may still be tidying up.</summary>
    private static async Task<long> SettledAsync(Process process)
    {
        var clock = Stopwatch.StartNew();
        for (var last = -1L; ;)
        {
            var now = ResidentBytes(process.Id);
            if (now == last || clock.Elapsed > Deadline)
            {
                return now;
            }
            last = now;
            await Task.Delay(200);
        }
    }

    // proc(5): smaps_rollup counts the pages; VmRSS in status may lag behind by some hundreds of KiB.
    private static long ResidentBytes(int id) => 1024 * long.Parse(File.ReadLines($"/proc/{id}/smaps_rollup")
        .First(line => line.StartsWith("Rss:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], Plain);
}
