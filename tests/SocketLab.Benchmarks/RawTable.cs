using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketLab.Benchmarks;

/// <summary>The raw half of the table: echo servers as processes, one load generator, shuffled rounds, ratios within a round.</summary>
internal sealed class RawTable(string work, string peers, int rounds, double seconds)
{
    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    /// <param name="Name">How the table calls it.</param>
    /// <param name="Program">A path, or a program on the PATH.</param>
    /// <param name="Arguments"><c>{port}</c> stands for a free port, for a program that does not say which one it was given.</param>
    private sealed record Contestant(string Name, string Program, params string[] Arguments)
    {
        public bool IsTold => Arguments.Any(one => one.Contains("{port}", StringComparison.Ordinal));

        // socat and ncat: a process a connection, so not a thousand of them; and what its children used is known to a parent only after their end.
        public bool Forks => IsTold;

        public bool Takes(Load load) => !Forks || !load.Title.StartsWith("1,000", StringComparison.Ordinal);
    }

    private sealed record Load(string Title, bool SameCore, Func<string, string[]> Arguments);

    public async Task<string> MeasureAsync()
    {
        var s = seconds.ToString(Plain);
        var self = Environment.ProcessPath!;
        var tcp = await MeasureAsync("TCP echo", "C epoll", Present(
            new("C epoll", Path.Combine(work, "epoll_echo")),
            new("**socketlab tcp-echo**", Path.Combine(work, "lab", "socketlab"), "tcp-echo", "server", "--port", "0", "-q", "--max-connections", "4000", "--max-per-address", "4000"),
            new("… its plain loop", self, "echo", "tcp"),
            new("System.Net.Sockets, `await`", Path.Combine(work, "plain_echo", "plain_echo"), "tcp"),
            new("Kestrel ConnectionHandler", Path.Combine(work, "kestrel_echo", "kestrel_echo")),
            new("C, a thread a connection", Path.Combine(work, "thread_echo")),
            new("Go", Path.Combine(work, "go_echo")),
            new("node", "node", Path.Combine(peers, "echo.js")),
            new("Python asyncio", "/usr/bin/python3", Path.Combine(peers, "asyncio_echo.py")),
            new("socat", "socat", "-lf", "/dev/null", "TCP-LISTEN:{port},bind=127.0.0.1,backlog=4096,fork,nodelay", "PIPE"),
            new("ncat", "ncat", "-l", "127.0.0.1", "{port}", "--keep-open", "--max-conns", "2000", "--exec", "/bin/cat")), [
            new("1 connection, 64 B", true, port => ["tcp", port, "1", "64", s]),
            new("50 connections, 64 B", false, port => ["tcp", port, "50", "64", s]),
            new("1,000 connections, 64 B", false, port => ["tcp", port, "1000", "64", s]),
            new("stream, 64 KiB writes", false, port => ["stream", port, "65536", s]),
        ]);
        var udp = await MeasureAsync("UDP echo", "C recvfrom/sendto", Present(
            new("C recvfrom/sendto", Path.Combine(work, "udp_echo")),
            new("**socketlab udp-echo**", Path.Combine(work, "lab", "socketlab"), "udp-echo", "server", "--port", "0", "-q", "--rate", "0"),
            new("… its plain loop", self, "echo", "udp"),
            new("System.Net.Sockets", Path.Combine(work, "plain_echo", "plain_echo"), "udp"),
            new("Python socket", "/usr/bin/python3", Path.Combine(peers, "udp_echo.py"))), [
            new("64 B, ping-pong", true, port => ["udp", port, "1", "64", s]),
            new("64 B, window 64", false, port => ["udp", port, "64", "64", s]),
            new("1,400 B, window 64", false, port => ["udp", port, "64", "1400", s]),
        ]);
        return tcp + "\n" + udp;
    }

    private static List<Contestant> Present(params Contestant[] all)
    {
        var present = new List<Contestant>();
        foreach (var one in all)
        {
            var there = File.Exists(one.Program) || (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, one.Program)));
            if (there)
            {
                present.Add(one);
            }
            else
            {
                Console.Error.WriteLine($"left out: {one.Name} ({one.Program} is not there)");
            }
        }
        return present;
    }

    private async Task<string> MeasureAsync(string title, string reference, List<Contestant> contestants, Load[] loads)
    {
        var running = contestants.ToDictionary(one => one, Start);
        try
        {
            var rates = new Dictionary<(Contestant, Load), List<double>>();
            var cpu = contestants.ToDictionary(one => one, _ => (Seconds: 0.0, Millions: 0.0));
            for (var round = 0; round < rounds; round++)
            {
                foreach (var load in loads)
                {
                    foreach (var one in contestants.Where(one => one.Takes(load)).OrderBy(_ => Random.Shared.Next()))
                    {
                        Progress.Show($"{title}, round {round + 1} of {rounds}: {load.Title}, {one.Name.Trim('*')}");
                        var (process, port) = running[one];
                        if (!one.Forks)
                        {
                            await RunAsync("taskset", "-acp", "0", $"{process.Id}"); // threads that it made since the last time, too
                        }
                        var before = CpuSeconds(process);
                        var answer = await RunAsync("taskset", ["-c", load.SameCore ? "0" : "1", Path.Combine(work, "load"), .. load.Arguments(port)]);
                        var rate = double.Parse(answer.Split(' ')[0], Plain);
                        if (load.Title.StartsWith("50 ", StringComparison.Ordinal) || load.Title.EndsWith("64 B, window 64", StringComparison.Ordinal))
                        {
                            cpu[one] = (cpu[one].Seconds + CpuSeconds(process) - before, cpu[one].Millions + (rate * seconds / 1e6));
                        }
                        (rates.TryGetValue((one, load), out var list) ? list : rates[(one, load)] = []).Add(rate);
                    }
                }
            }
            Progress.End();
            return Table(title, reference, contestants, loads, rates, cpu);
        }
        finally
        {
            foreach (var (process, _) in running.Values)
            {
                process.Kill();
                process.Dispose();
            }
        }
    }

    private static string Table(string title, string reference, List<Contestant> contestants, Load[] loads,
        Dictionary<(Contestant, Load), List<double>> rates, Dictionary<Contestant, (double Seconds, double Millions)> cpu)
    {
        var text = new StringBuilder();
        text.AppendLine(Plain, $"| {title} ({reference} = 1.00) | {string.Join(" | ", loads.Select(load => load.Title))} | CPU s a million |");
        text.AppendLine(Plain, $"|---|{string.Concat(loads.Select(_ => "---|"))}---|");
        var anchor = contestants.Single(one => one.Name == reference);
        foreach (var one in contestants)
        {
            text.Append(Plain, $"| {one.Name} ");
            foreach (var load in loads)
            {
                if (!one.Takes(load))
                {
                    text.Append("| – ");
                    continue;
                }
                var ratios = rates[(one, load)].Zip(rates[(anchor, load)], (rate, other) => rate / other).Order().ToArray();
                var absolute = rates[(one, load)].Order().ElementAt(ratios.Length / 2);
                text.Append(one == anchor
                    ? string.Create(Plain, $"| 1.00 ({Rate(absolute, load)}) ")
                    : string.Create(Plain, $"| {ratios[ratios.Length / 2]:0.00} [{ratios[0]:0.00}–{ratios[^1]:0.00}] "));
            }
            text.AppendLine(one.Forks ? "| – |" : string.Create(Plain, $"| {cpu[one].Seconds / Math.Max(cpu[one].Millions, 1e-9):0.0} |"));
        }
        return text.ToString();
    }

    private static string Rate(double rate, Load load) =>
        load.Title.StartsWith("stream", StringComparison.Ordinal) ? string.Create(Plain, $"{rate / 1e9:0.0} GB/s") : string.Create(Plain, $"{rate:N0}/s");

    private static (Process Process, string Port) Start(Contestant one)
    {
        if (one.IsTold)
        {
            var port = FreePort();
            // On its core from the beginning: what it forks is there too.
            var told = Process.Start("taskset", ((string[])["-c", "0", one.Program, .. one.Arguments]).Select(argument => argument.Replace("{port}", port, StringComparison.Ordinal)));
            WaitUntilItListens(port, one.Name);
            return (told, port);
        }
        var process = Process.Start(new ProcessStartInfo(one.Program, one.Arguments) { RedirectStandardOutput = true })!;
        var line = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{one.Name} did not start");
        return (process, line.Split(':')[^1]);
    }

    private static string FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port.ToString(Plain);
    }

    private static void WaitUntilItListens(string port, string name)
    {
        var listens = SpinWait.SpinUntil(() =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(IPAddress.Loopback, int.Parse(port, Plain));
                return true;
            }
            catch (SocketException)
            {
                return false; // not yet
            }
        }, TimeSpan.FromSeconds(10));
        if (!listens)
        {
            throw new InvalidOperationException($"{name} did not start");
        }
    }

    // proc(5): utime and stime are fields 14 and 15, in ticks of a hundredth of a second.
    private static double CpuSeconds(Process process)
    {
        var fields = File.ReadAllText($"/proc/{process.Id}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (double.Parse(fields[11], Plain) + double.Parse(fields[12], Plain)) / 100;
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed");
    }
}
