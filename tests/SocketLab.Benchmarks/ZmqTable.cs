using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SocketLab.Bench;

namespace SocketLab.Benchmarks;

/// <summary>
/// The ZeroMQ half of the table: the same roles on libzmq, on pyzmq and on the engine here, each role a process, in shuffled rounds;
/// what is shown are medians of the ratios to libzmq within a round, with their spread.
/// </summary>
internal sealed class ZmqTable(string work, string peers, int rounds, double scale)
{
    private static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    private readonly Engine _libzmq = new("libzmq", Path.Combine(work, "zmqbench"), 1);

    /// <param name="Name">As the table's head says it.</param>
    /// <param name="Program">What to run.</param>
    /// <param name="Share">How many messages for each of libzmq's, so that all take about as long: short runs measure a JIT compiler at work.</param>
    /// <param name="Before">Arguments before the role's.</param>
    private sealed record Engine(string Name, string Program, double Share, params string[] Before);

    private sealed record Load(string Title, string Receiver, string Sender, string Endpoint, int Size, int Count, int Peers = 1, bool SameCore = false, Side Libzmq = Side.None)
    {
        public bool IsLatency => Sender == "req";
    }

    /// <summary>Which end is libzmq whatever the engine at the other.</summary>
    private enum Side
    {
        None, Sender, Receiver,
    }

    private sealed record Figures(double Value, double P99, double CpuSeconds);

    public async Task<string> MeasureAsync()
    {
        var self = Environment.ProcessPath!;
        List<Engine> engines = [_libzmq, new("**SocketLab.ZeroMq**", self, 4, "zmq")];
        if (File.Exists("/usr/bin/python3") && await CanImportAsync())
        {
            engines.Add(new("pyzmq", "/usr/bin/python3", 0.1, Path.Combine(peers, "zmqbench.py")));
        }
        else
        {
            Console.Error.WriteLine("left out: pyzmq (python3-zmq is not installed)");
        }
        Console.Error.WriteLine("left out: NetMQ (its package is not restored in this build)");
        const string tcp = "tcp://127.0.0.1:7797";
        var ipc = "ipc://" + Path.Combine(work, "bench.sock");
        Load[] loads =
        [
            new("PUSH → PULL, 16 B", "pull", "push", tcp, 16, 24_000_000),
            new("128 B", "pull", "push", tcp, 128, 12_000_000),
            new("1 KiB", "pull", "push", tcp, 1024, 2_000_000),
            new("64 KiB", "pull", "push", tcp, 65536, 60_000),
            new("128 B, to libzmq", "pull", "push", tcp, 128, 3_000_000, Libzmq: Side.Receiver),
            new("128 B, from libzmq", "pull", "push", tcp, 128, 3_000_000, Libzmq: Side.Sender),
            new("ipc, 128 B", "pull", "push", ipc, 128, 12_000_000),
            new("inproc, 128 B", "inproc", "", tcp, 128, 12_000_000),
            new("inproc, 64 KiB", "inproc", "", tcp, 65536, 8_000_000),
            new("PUB, 128 B, to 1", "sub", "pub", tcp, 128, 12_000_000),
            new("to 10", "sub", "pub", tcp, 128, 1_500_000, Peers: 10),
            new("to 50", "sub", "pub", tcp, 128, 400_000, Peers: 50),
            new("REQ ↔ REP, 64 B, one core", "rep", "req", tcp, 64, 40_000, SameCore: true),
            new("REQ ↔ REP, 64 B, both cores", "rep", "req", tcp, 64, 40_000),
        ];
        // What plain TCP carries: how much of it is left when its bytes are messages?
        var plain = new Load("1 KiB", "tcp-pull", "tcp-push", tcp, 1024, 4_000_000);
        List<double> ofPlain = [];
        var all = new Dictionary<(Load, Engine), List<Figures>>();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var load in loads)
            {
                foreach (var engine in engines.OrderBy(_ => Random.Shared.Next()))
                {
                    Progress.Show($"ZeroMQ, round {round + 1} of {rounds}: {load.Title}, {engine.Name.Trim('*')}");
                    var share = load.IsLatency || load.Libzmq != Side.None ? 1 : engine.Share;
                    var count = Math.Max(1000, (int)(load.Count * scale * share));
                    (all.TryGetValue((load, engine), out var list) ? list : all[(load, engine)] = []).Add(await RunAsync(engine, load, count));
                }
                if (load.Title == plain.Title)
                {
                    var alone = await RunAsync(_libzmq, plain, Math.Max(1000, (int)(plain.Count * scale)));
                    ofPlain.Add(all[(load, engines[1])][^1].Value / alone.Value);
                }
            }
        }
        Progress.End();
        return Table(engines, loads, all)
            + $"\nPUSH → PULL of 1 KiB moves {Spread.Of(ofPlain)} of the bytes that a plain C sender and receiver move over TCP with 64 KiB writes.\n";
    }

    private static string Table(List<Engine> engines, Load[] loads, Dictionary<(Load, Engine), List<Figures>> all)
    {
        var libzmq = engines[0];
        var others = engines.Skip(1).ToArray();
        var text = new StringBuilder();
        text.AppendLine(Plain, $"| ZeroMQ (libzmq to itself = 1.00) | libzmq | {string.Join(" | ", others.Select(one => one.Name))} | CPU, libzmq | CPU, SocketLab.ZeroMq |");
        text.AppendLine(Plain, $"|---|---|{string.Concat(others.Select(_ => "---|"))}---|---|");
        foreach (var load in loads)
        {
            var anchor = all[(load, libzmq)];
            var middle = Spread.Of(anchor.Select(one => one.Value)).Median;
            text.Append(load.IsLatency
                ? string.Create(Plain, $"| {load.Title}: time | {middle:0} µs, p99 {Spread.Of(anchor.Select(one => one.P99)).Median:0} µs ")
                : string.Create(Plain, $"| {load.Title} | {middle:N0}/s "));
            foreach (var one in others)
            {
                text.Append(Plain, $"| {Ratio(all[(load, one)], anchor, figures => figures.Value)} ");
                if (load.IsLatency)
                {
                    text.Append(Plain, $"p99 {Ratio(all[(load, one)], anchor, figures => figures.P99).Median:0.00} ");
                }
            }
            var cpu = Ratio(all[(load, others[0])], anchor, figures => figures.CpuSeconds);
            text.AppendLine(Plain, $"| {Spread.Of(anchor.Select(one => one.CpuSeconds)).Median:0.00} s a million | {cpu.Median:0.00} |");
        }
        return text.ToString();
    }

    private static Spread Ratio(List<Figures> some, List<Figures> anchor, Func<Figures, double> of) =>
        Spread.Of(some.Zip(anchor, (one, other) => of(one) / Math.Max(of(other), 1e-9)));

    private async Task<Figures> RunAsync(Engine engine, Load load, int count)
    {
        string[] arguments = [load.Endpoint, Text(load.Size), Text(count), Text(load.Peers)];
        if (load.Receiver == "inproc")
        {
            return Sum([await OutputAsync(engine, load, ["inproc", .. arguments])], load);
        }
        // Either may be first: whoever connects tries until the other is there. All subscribers are in one process.
        var receiver = OutputAsync(load.Libzmq == Side.Receiver ? _libzmq : engine, load, [load.Receiver, .. arguments]);
        var sender = OutputAsync(load.Libzmq == Side.Sender ? _libzmq : engine, load, [load.Sender, .. arguments]);
        return Sum([await receiver, await sender], load);
    }

    /// <summary>The receivers' rate, and the processor time of both sides for a million deliveries.</summary>
    private static Figures Sum(string[] outputs, Load load)
    {
        double rate = 0, p99 = 0, cpu = 0;
        foreach (var output in outputs)
        {
            cpu += Value(output, "cpu_s_per_M") / (output.Contains("sent", StringComparison.Ordinal) ? load.Peers : 1);
            if (load.IsLatency)
            {
                (rate, p99) = output.Contains("p50_us", StringComparison.Ordinal) ? (Value(output, "p50_us"), Value(output, "p99_us")) : (rate, p99);
            }
            else if (output.Contains("received", StringComparison.Ordinal))
            {
                rate += Value(output, "per_s");
            }
        }
        return new Figures(rate, p99, cpu);
    }

    private static double Value(string output, string name) =>
        Regex.Match(output, @"\b" + name + @"=([\d.]+)") is { Success: true } found ? double.Parse(found.Groups[1].Value, Plain) : 0;

    private static async Task<string> OutputAsync(Engine engine, Load load, string[] arguments)
    {
        string[] whole = [.. load.SameCore ? ["taskset", "-c", "0"] : Array.Empty<string>(), engine.Program, .. engine.Before, .. arguments];
        using var process = Process.Start(new ProcessStartInfo(whole[0], whole[1..]) { RedirectStandardOutput = true })!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', whole)} failed");
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"{string.Join(' ', whole)} did not end in two minutes");
        }
    }

    private static async Task<bool> CanImportAsync()
    {
        using var process = Process.Start("/usr/bin/python3", ["-c", "import zmq"]);
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    private static string Text(int number) => number.ToString(Plain);
}
