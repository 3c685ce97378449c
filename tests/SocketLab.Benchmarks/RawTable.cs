using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SocketLab.Benchmarks;

/// <summary>The raw half of the table: echo servers as processes, one load generator, shuffled rounds, ratios within a round.</summary>
internal sealed class RawTable(string work, string peers, int rounds, double seconds)
{
    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    private sealed record Contestant(string Name, string Program, params string[] Arguments);

    private sealed record Load(string Title, bool SameCore, Func<string, string[]> Arguments);

    public async Task<string> MeasureAsync()
    {
        var s = seconds.ToString(Plain);
        var tcp = await MeasureAsync("TCP echo", "C epoll", Present(
            new("C epoll", Path.Combine(work, "epoll_echo")),
            new("**socketlab tcp-echo**", Path.Combine(work, "lab", "socketlab"), "tcp-echo", "server", "--port", "0", "-q", "--max-connections", "4000", "--max-per-address", "4000"),
            new("Go", Path.Combine(work, "go_echo")),
            new("node", "node", Path.Combine(peers, "echo.js")),
            new("Python asyncio", "/usr/bin/python3", Path.Combine(peers, "asyncio_echo.py"))), [
            new("1 connection, 64 B", true, port => ["tcp", port, "1", "64", s]),
            new("50 connections, 64 B", false, port => ["tcp", port, "50", "64", s]),
            new("1,000 connections, 64 B", false, port => ["tcp", port, "1000", "64", s]),
            new("stream, 64 KiB writes", false, port => ["stream", port, "65536", s]),
        ]);
        var udp = await MeasureAsync("UDP echo", "C recvfrom/sendto", Present(
            new("C recvfrom/sendto", Path.Combine(work, "udp_echo")),
            new("**socketlab udp-echo**", Path.Combine(work, "lab", "socketlab"), "udp-echo", "server", "--port", "0", "-q", "--rate", "0"),
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
                    foreach (var one in contestants.OrderBy(_ => Random.Shared.Next()))
                    {
                        Console.Error.Write($"\r{title}, round {round + 1} of {rounds}: {load.Title}, {one.Name.Trim('*')}".PadRight(90));
                        var (process, port) = running[one];
                        await RunAsync("taskset", "-acp", "0", $"{process.Id}");
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
            Console.Error.WriteLine();
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
                var ratios = rates[(one, load)].Zip(rates[(anchor, load)], (rate, other) => rate / other).Order().ToArray();
                var absolute = rates[(one, load)].Order().ElementAt(ratios.Length / 2);
                text.Append(one == anchor
                    ? string.Create(Plain, $"| 1.00 ({Rate(absolute, load)}) ")
                    : string.Create(Plain, $"| {ratios[ratios.Length / 2]:0.00} [{ratios[0]:0.00}–{ratios[^1]:0.00}] "));
            }
            text.AppendLine(Plain, $"| {cpu[one].Seconds / Math.Max(cpu[one].Millions, 1e-9):0.0} |");
        }
        return text.ToString();
    }

    private static string Rate(double rate, Load load) =>
        load.Title.StartsWith("stream", StringComparison.Ordinal) ? string.Create(Plain, $"{rate / 1e9:0.0} GB/s") : string.Create(Plain, $"{rate:N0}/s");

    private static (Process Process, string Port) Start(Contestant one)
    {
        var process = Process.Start(new ProcessStartInfo(one.Program, one.Arguments) { RedirectStandardOutput = true })!;
        var line = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{one.Name} did not start");
        return (process, line.Split(':')[^1]);
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
