using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SocketLab.Benchmarks;

/// <summary>An echo server that is measured: a program that prints its port, or is told one.</summary>
/// <param name="Name">How the table calls it.</param>
/// <param name="Program">A path, or a program on the PATH.</param>
/// <param name="Arguments"><c>{port}</c> stands for a free port, for a program that does not say which one it was given.</param>
internal sealed record EchoServer(string Name, string Program, params string[] Arguments)
{
    public const string TcpReference = "C epoll", UdpReference = "C recvfrom/sendto";

    // socat and ncat: a process a connection, so not a thousand of them; and what its children used is known to a parent only after their end.
    public bool Forks => Arguments.Any(one => one.Contains("{port}", StringComparison.Ordinal));

    /// <summary>The TCP echo servers that are here; the others are left out by name.</summary>
    public static List<EchoServer> Tcp(string work, string peers) => Present(
        new(TcpReference, Path.Combine(work, "epoll_echo")),
        new("**socketlab tcp-echo**", Path.Combine(work, "lab", "socketlab"), "tcp-echo", "server", "--port", "0", "-q", "--max-connections", "20000", "--max-per-address", "20000"),
        new("… its plain loop", Environment.ProcessPath!, "echo", "tcp"),
        new("System.Net.Sockets, `await`", Path.Combine(work, "plain_echo", "plain_echo"), "tcp"),
        new("System.Net.Sockets, `SocketAsyncEventArgs`", Path.Combine(work, "saea_echo", "saea_echo")),
        new("Kestrel ConnectionHandler", Path.Combine(work, "kestrel_echo", "kestrel_echo")),
        new("C, a thread a connection", Path.Combine(work, "thread_echo")),
        new("Go", Path.Combine(work, "go_echo")),
        new("node", "node", Path.Combine(peers, "echo.js")),
        new("Python asyncio", "/usr/bin/python3", Path.Combine(peers, "asyncio_echo.py")),
        new("socat", "socat", "-lf", "/dev/null", "TCP-LISTEN:{port},bind=127.0.0.1,backlog=4096,fork,nodelay", "PIPE"),
        new("ncat", "ncat", "-l", "127.0.0.1", "{port}", "--keep-open", "--max-conns", "2000", "--exec", "/bin/cat"));

    /// <summary>The UDP echo servers that are here.</summary>
    public static List<EchoServer> Udp(string work, string peers) => Present(
        new(UdpReference, Path.Combine(work, "udp_echo")),
        new("C recvmmsg/sendmmsg", Path.Combine(work, "udp_mmsg")),
        new("**socketlab udp-echo**", Path.Combine(work, "lab", "socketlab"), "udp-echo", "server", "--port", "0", "-q", "--rate", "0"),
        new("… its plain loop", Environment.ProcessPath!, "echo", "udp"),
        new("System.Net.Sockets", Path.Combine(work, "plain_echo", "plain_echo"), "udp"),
        new("Python socket", "/usr/bin/python3", Path.Combine(peers, "udp_echo.py")));

    private static List<EchoServer> Present(params EchoServer[] all)
    {
        var there = all.ToLookup(one => File.Exists(one.Program) || (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, one.Program))));
        foreach (var one in there[false])
        {
            Console.Error.WriteLine($"left out: {one.Name} ({one.Program} is not there)");
        }
        return [.. there[true]];
    }

    public (Process Process, string Port) Start()
    {
        if (Forks)
        {
            var port = FreePort();
            // On its core from the beginning: what it forks is there too.
            var told = Process.Start("taskset", ((string[])["-c", "0", Program, .. Arguments]).Select(argument => argument.Replace("{port}", port, StringComparison.Ordinal)));
            WaitUntilItListens(port);
            return (told, port);
        }
        var process = Process.Start(new ProcessStartInfo(Program, Arguments) { RedirectStandardOutput = true })!;
        var line = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{Name} did not start");
        return (process, line.Split(':')[^1]);
    }

    private static string FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }

    private void WaitUntilItListens(string port)
    {
        var listens = SpinWait.SpinUntil(() =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture));
                return true;
            }
            catch (SocketException)
            {
                return false; // not yet
            }
        }, TimeSpan.FromSeconds(10));
        if (!listens)
        {
            throw new InvalidOperationException($"{Name} did not start");
        }
    }
}
