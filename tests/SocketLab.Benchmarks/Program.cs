using System.Globalization;
using SocketLab.Benchmarks;

// Called by run.sh, which makes the programs that are measured: raw --work DIR --peers DIR --readme FILE [--rounds N] [--seconds S] [--write]
string Value(string name, string otherwise) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : otherwise;

switch (args.FirstOrDefault())
{
    case "raw":
        var table = await new RawTable(Value("--work", "."), Value("--peers", "."),
            int.Parse(Value("--rounds", "5"), CultureInfo.InvariantCulture), double.Parse(Value("--seconds", "1"), CultureInfo.InvariantCulture)).MeasureAsync();
        Console.WriteLine(table);
        if (args.Contains("--write"))
        {
            ReadmeTable.Write(Value("--readme", "README.md"), "raw", table);
        }
        return 0;
    case "zmq-table":
        var zmq = await new ZmqTable(Value("--work", "."), Value("--peers", "."),
            int.Parse(Value("--rounds", "5"), CultureInfo.InvariantCulture), double.Parse(Value("--seconds", "1"), CultureInfo.InvariantCulture)).MeasureAsync();
        Console.WriteLine(zmq);
        if (args.Contains("--write"))
        {
            ReadmeTable.Write(Value("--readme", "README.md"), "zmq", zmq);
        }
        return 0;
    case "zmq":
        return ZmqRoles.Run(args[1..]);
    default:
        Console.Error.WriteLine("usage: see run.sh beside this project");
        return 2;
}
