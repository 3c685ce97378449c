using System.Diagnostics;
using System.Globalization;
using System.Text;
using SocketLab.Bench;

namespace SocketLab.Benchmarks;

/// <summary>The raw half of the table: echo servers as processes, one load generator, shuffled rounds, ratios within a round.</summary>
internal sealed class RawTable(string work, string peers, int rounds, double seconds)
{
    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    private sealed record Load(string Title, bool SameCore, Func<string, string[]> Arguments);

    private static bool Takes(EchoServer one, Load load) => !one.Forks || !load.Title.StartsWith("1,000", StringComparison.Ordinal);

    public async Task<string> MeasureAsync()
    {
        var s = seconds.ToString(Plain);
        var tcp = await MeasureAsync("TCP echo", EchoServer.TcpReference, EchoServer.Tcp(work, peers), [
            new("1 connection, 64 B", true, port => ["tcp", port, "1", "64", s]),
            new("50 connections, 64 B", false, port => ["tcp", port, "50", "64", s]),
            new("1,000 connections, 64 B", false, port => ["tcp", port, "1000", "64", s]),
            new("stream, 64 KiB writes", false, port => ["stream", port, "65536", s]),
        ]);
        var udp = await MeasureAsync("UDP echo", EchoServer.UdpReference, EchoServer.Udp(work, peers), [
            new("64 B, ping-pong", true, port => ["udp", port, "1", "64", s]),
            new("64 B, window 64", false, port => ["udp", port, "64", "64", s]),
            new("1,400 B, window 64", false, port => ["udp", port, "64", "1400", s]),
        ]);
        return tcp + "\n" + udp;
    }

    private async Task<string> MeasureAsync(string title, string reference, List<EchoServer> contestants, Load[] loads)
    {
        var running = contestants.ToDictionary(one => one, one => one.Start());
        try
        {
            var rates = new Dictionary<(EchoServer, Load), List<double>>();
            var cpu = contestants.ToDictionary(one => one, _ => (Seconds: 0.0, Millions: 0.0));
            for (var round = 0; round < rounds; round++)
            {
                foreach (var load in loads)
                {
                    foreach (var one in contestants.Where(one => Takes(one, load)).OrderBy(_ => Random.Shared.Next()))
                    {
                        Progress.Show($"{title}, round {round + 1} of {rounds}: {load.Title}, {one.Name.Trim('*')}");
                        var (process, port) = running[one];
                        if (!one.Forks)
                        {
                            await PinAsync(process);
                        }
                        var before = CpuSeconds(process);
                        var answer = await RunAsync("taskset", ["-c", load.SameCore ? "0" : "1", Path.Combine(work, "load"), .. load.Arguments(port)]);
                        // rate, p50, p99, lost, and how many there were in all, with those of the warm-up
                        var figures = answer.Split(' ').Select(figure => double.Parse(figure, Plain)).ToArray();
                        if (figures[3] > 0)
                        {
                            Console.Error.WriteLine($"{one.Name.Trim('*')} lost {figures[3]} in round {round + 1}: {load.Title}");
                        }
                        if (load.Title.StartsWith("50 ", StringComparison.Ordinal) || load.Title.EndsWith("64 B, window 64", StringComparison.Ordinal))
                        {
                            cpu[one] = (cpu[one].Seconds + CpuSeconds(process) - before, cpu[one].Millions + (figures[4] / 1e6));
                        }
                        (rates.TryGetValue((one, load), out var list) ? list : rates[(one, load)] = []).Add(figures[0]);
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

    private static string Table(string title, string reference, List<EchoServer> contestants, Load[] loads,
        Dictionary<(EchoServer, Load), List<double>> rates, Dictionary<EchoServer, (double Seconds, double Millions)> cpu)
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
                if (!Takes(one, load))
                {
                    text.Append("| – ");
                    continue;
                }
                var ratio = Spread.Of(rates[(one, load)].Zip(rates[(anchor, load)], (rate, other) => rate / other));
                text.Append(one == anchor ? $"| 1.00 ({Rate(Spread.Of(rates[(one, load)]).Median, load)}) " : $"| {ratio} ");
            }
            text.AppendLine(one.Forks ? "| – |" : string.Create(Plain, $"| {cpu[one].Seconds / Math.Max(cpu[one].Millions, 1e-9):0.0} |"));
        }
        return text.ToString();
    }

    private static string Rate(double rate, Load load) =>
        load.Title.StartsWith("stream", StringComparison.Ordinal) ? string.Create(Plain, $"{rate / 1e9:0.0} GB/s") : string.Create(Plain, $"{rate:N0}/s");

    // proc(5): utime and stime are fields 14 and 15, in ticks of a hundredth of a second.
    private static double CpuSeconds(Process process)
    {
        var fields = File.ReadAllText($"/proc/{process.Id}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (double.Parse(fields[11], Plain) + double.Parse(fields[12], Plain)) / 100;
    }

    /// <summary>All threads to the first core, those too that it made since the last time. One may end meanwhile, at which taskset gives up: then again.</summary>
    private static async Task PinAsync(Process process)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await RunAsync("taskset", "-acp", "0", $"{process.Id}");
                return;
            }
            catch (InvalidOperationException) when (attempt < 3 && !process.HasExited)
            {
            }
        }
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed");
    }
}
