using System.Globalization;
using SocketLab.Benchmarks;

// Called by run.sh, which makes the programs that are measured: raw --work DIR --peers DIR --readme FILE [--rounds N] [--seconds S] [--write]
string Value(string name, string otherwise) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : otherwise;

async Task<int> Show(string name, Func<string, string, int, double, Task<string>> measure)
{
    var table = await measure(Value("--work", "."), Value("--peers", "."),
        int.Parse(Value("--rounds", "5"), CultureInfo.InvariantCulture), double.Parse(Value("--seconds", "1"), CultureInfo.InvariantCulture));
    Console.WriteLine(table);
    if (args.Contains("--write"))
    {
        ReadmeTable.Write(Value("--readme", "README.md"), name, table);
    }
    return 0;
}

switch (args.FirstOrDefault())
{
    case "raw":
        return await Show("raw", (work, peers, rounds, seconds) => new RawTable(work, peers, rounds, seconds).MeasureAsync());
    case "idle":
        return await Show("idle", (work, peers, rounds, seconds) => new IdleTable(work, peers, rounds, seconds).MeasureAsync());
    case "load":
        return await Show("load", (work, _, rounds, seconds) => new LoadTable(work, rounds, seconds).MeasureAsync());
    case "zmq-table":
        return await Show("zmq", (work, peers, rounds, scale) => new ZmqTable(work, peers, rounds, scale).MeasureAsync());
    case "echo":
        return await EchoRole.RunAsync(args[1..]);
    case "zmq":
        return ZmqRoles.Run(args[1..]);
    default:
        Console.Error.WriteLine("usage: see run.sh beside this project");
        return 2;
}
