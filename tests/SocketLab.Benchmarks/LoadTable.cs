using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SocketLab.Bench;

namespace SocketLab.Benchmarks;

/// <summary>
/// Whether <c>socketlab bench</c> is a strong enough load generator: it and the one in C by turns against the same C echo servers,
/// the server on one core and the load on the other.
/// </summary>
internal sealed class LoadTable(string work, int rounds, double seconds)
{
    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    private sealed record Load(string Title, string Pattern, string[] InC, string[] Ours);

    public async Task<string> MeasureAsync()
    {
        var table = new StringBuilder("| `socketlab bench` against a C echo (the C load generator = 1.00) | in C | ours | ratio |\n|---|---|---|---|\n");
        foreach (var load in (Load[])[
            new("TCP, 1 connection, 64 B", "tcp-echo", ["tcp", "{port}", "1", "64"], ["--size", "64"]),
            new("TCP, 50 connections, 64 B", "tcp-echo", ["tcp", "{port}", "50", "64"], ["--size", "64", "--connections", "50"]),
            new("UDP, ping-pong, 64 B", "udp-echo", ["udp", "{port}", "1", "64"], ["--size", "64"]),
            new("UDP, window 64, 64 B", "udp-echo", ["udp", "{port}", "64", "64"], ["--size", "64", "--depth", "64"]),
        ])
        {
            var (inC, ours) = await MeasureAsync(load);
            var ratio = Spread.Of(ours.Zip(inC, (one, other) => one / other));
            table.AppendLine(Plain, $"| {load.Title} | {Spread.Of(inC).Median:N0}/s | {Spread.Of(ours).Median:N0}/s | {ratio} |");
        }
        Progress.End();
        return table.ToString();
    }

    private async Task<(List<double> InC, List<double> Ours)> MeasureAsync(Load load)
    {
        var info = new ProcessStartInfo("taskset", ["-c", "0", Path.Combine(work, load.Pattern == "tcp-echo" ? "epoll_echo" : "udp_echo")]) { RedirectStandardOutput = true };
        using var server = Process.Start(info)!;
        try
        {
            var port = (await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the C echo did not start")).Split(':')[^1];
            var s = seconds.ToString(Plain);
            string[] c = [Path.Combine(work, "load"), .. load.InC.Select(argument => argument.Replace("{port}", port, StringComparison.Ordinal)), s];
            string[] lab = [Path.Combine(work, "lab", "socketlab"), "bench", load.Pattern, "--connect", $"127.0.0.1:{port}", "--duration", s, "--json", "-q", .. load.Ours];
            var (inC, ours) = (new List<double>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                Progress.Show($"load generators, round {round + 1} of {rounds}: {load.Title}");
                async Task C() => inC.Add(double.Parse((await OutputAsync(c)).Split(' ')[0], Plain));
                async Task Ours() => ours.Add(RateIn(await OutputAsync(lab)));
                await (round % 2 == 0 ? C() : Ours());
                await (round % 2 == 0 ? Ours() : C());
            }
            return (inC, ours);
        }
        finally
        {
            server.Kill();
        }
    }

    private static double RateIn(string report)
    {
        using var json = JsonDocument.Parse(report);
        return json.RootElement.GetProperty("servers")[0].GetProperty("ratePerSecond").GetDouble();
    }

    private static async Task<string> OutputAsync(string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo("taskset", ["-c", "1", .. command]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', command)} failed");
    }
}
