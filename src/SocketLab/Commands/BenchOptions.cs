using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using SocketLab.Bench;
using SocketLab.Cli;

namespace SocketLab.Commands;

/// <summary>The options of <c>socketlab bench</c>.</summary>
internal sealed class BenchOptions
{
    private const int MostDepth = 65_536;
    private const double UdpTimeoutSeconds = 1, TimeoutSeconds = 5;
    private readonly Option<int> _connections = EndPoints.NumberOption("--connections", 1, "Connections, or receivers, at once", 1, 60_000);
    private readonly Option<int> _size = EndPoints.NumberOption("--size", 64, "Bytes a message", 1, 64 << 20);
    private readonly Option<double> _rate = new("--rate") { Description = "Messages a second on all connections together, whatever the server does (open loop); 0: the next when a reply has come (closed loop)", HelpName = "N" };
    private readonly Option<double> _duration = EndPoints.SecondsOption("--duration", 3, "Time that is measured, for each server in each round");
    private readonly Option<double> _warmup = EndPoints.SecondsOption("--warmup", 0.5, "Time before that, which does not count");
    private readonly Option<int> _depth = EndPoints.NumberOption("--depth", 0, "Messages under way at once on one connection (pipelining); 0: 1, with --rate up to 64, over UDP 1024", 0, MostDepth);
    private readonly Option<int> _seed = EndPoints.NumberOption("--seed", 1, "Makes payloads and the order of the rounds repeatable", 0);
    private readonly Option<double> _timeout = EndPoints.SecondsOption("--timeout", 0, "Without a reply for so long a datagram is lost and a stream has failed; 0: 1 s for UDP, 5 s otherwise");
    private readonly Option<string?> _connect = new("--connect") { Description = "Measure this server instead of one of our own in this process", HelpName = "HOST:PORT" };
    private readonly Option<string[]> _vs = new("--vs") { Description = "Measure this server too, in turn with the first, and give ratios; repeatable", HelpName = "HOST:PORT" };
    private readonly Option<bool> _compare = new("--compare") { Description = "The same work over UDP, TCP and ZeroMQ, on servers of our own, side by side" };
    private readonly Option<int> _rounds = EndPoints.NumberOption("--rounds", 0, "How often each server's turn comes; 0: once, and 5 times where servers are compared", 0, 1000);

    public BenchOptions()
    {
        _rate.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) && n is >= 0 and <= 1e8))
            {
                result.AddError($"--rate {text}: messages a second, from 0 to 100,000,000");
            }
        });
    }

    public Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "No progress on standard error" };

    public Option<bool> Json { get; } = new("--json") { Description = "The report as one JSON object on one line" };

    public Option<string?> Html { get; } = new("--html") { Description = "Write the report with plots to this new file too", HelpName = "FILE" };

    public Option<bool> Force { get; } = new("--force") { Description = "Let --html replace a file that exists" };

    public Option<bool> Ascii { get; } = new("--ascii") { Description = "Only ASCII in what is shown" };

    public void AddTo(Command command, Work work)
    {
        List<Option> all = [_connections, _size, _rate, _duration, _warmup, _depth, _seed, _timeout, _connect, _vs, _rounds, Json, Html, Force, Quiet, Ascii];
        if (work is Work.UdpEcho or Work.TcpEcho or Work.ReqRep)
        {
            all.Insert(10, _compare);
        }
        all.ForEach(command.Options.Add);
    }

    /// <summary>Who is measured, and how often.</summary>
    public async Task<Contest> ReadAsync(ParseResult parsed, Work work, CancellationToken cancel)
    {
        var compare = parsed.GetValue(_compare);
        var connect = parsed.GetValue(_connect);
        var others = parsed.GetValue(_vs) ?? [];
        if (compare && (connect is not null || others.Length > 0))
        {
            throw new LabException("bench --compare: it starts its own servers", "leave --connect and --vs away, or --compare", ExitCode.CouldNotRun);
        }
        var contestants = new List<Contestant>();
        if (compare)
        {
            contestants.AddRange(((Work[])[Work.UdpEcho, Work.TcpEcho, Work.ReqRep]).Select(one => new Contestant(one == Work.ReqRep ? "ZeroMQ" : one == Work.UdpEcho ? "UDP" : "TCP", Plan(parsed, one), null)));
        }
        else
        {
            foreach (var server in (string?[])[connect, .. others])
            {
                contestants.Add(new Contestant(server is null ? "own server" : Printable.Text(server, 40), Plan(parsed, work), server is null ? null : await ResolveAsync(server, cancel)));
            }
        }
        if (!compare && contestants.Any(one => one.Server is null) && contestants.Any(one => one.Server is not null) && work is Work.PubSub or Work.Pipeline)
        {
            throw new LabException($"bench {contestants[0].Plan.Pattern}: our own run and somebody's server do not measure the same", "give the first server with --connect", ExitCode.CouldNotRun);
        }
        return new Contest(contestants, parsed.GetValue(_rounds) is > 0 and var asked ? asked : contestants.Count > 1 ? 5 : 1);
    }

    private LoadPlan Plan(ParseResult parsed, Work work)
    {
        var (size, rate, depth) = (parsed.GetValue(_size), parsed.GetValue(_rate), parsed.GetValue(_depth));
        var plan = new LoadPlan
        {
            Work = work,
            Connections = parsed.GetValue(_connections),
            SizeBytes = size,
            Depth = depth > 0 ? depth : rate == 0 || work == Work.ReqRep ? 1 : work == Work.UdpEcho ? 1024 : 64,
            Rate = rate,
            Seconds = Math.Max(parsed.GetValue(_duration), 0.01),
            WarmupSeconds = parsed.GetValue(_warmup),
            TimeoutSeconds = parsed.GetValue(_timeout) is > 0 and var asked ? asked : work == Work.UdpEcho ? UdpTimeoutSeconds : TimeoutSeconds,
            Seed = parsed.GetValue(_seed),
        };
        var (least, most) = work switch
        {
            Work.TcpEcho => (1, int.MaxValue),
            Work.UdpEcho => (NumberedStream.NumberBytes, 65_507),
            Work.ReqRep => (NumberedStream.NumberBytes, int.MaxValue),
            _ => (OneWayTarget.LeastBytes, int.MaxValue),
        };
        if (size < least || size > most)
        {
            throw new LabException($"bench {plan.Pattern} --size {size}: from {least} {(most == int.MaxValue ? "bytes on" : $"to {most:N0} bytes")}", work == Work.UdpEcho && size > most ? "a UDP payload over IPv4 is no longer than that" : "a message carries its number, so that every reply can be checked", ExitCode.CouldNotRun);
        }
        if (plan.IsZeroMq && plan.Connections > 256)
        {
            throw new LabException($"bench {plan.Pattern} --connections {plan.Connections}: at most 256", "each ZeroMQ socket has a thread of its own here", ExitCode.CouldNotRun);
        }
        return work == Work.ReqRep && rate > 0 && plan.Depth > 1
            ? throw new LabException("bench reqrep --rate --depth: not together", "REQ asks in turn: take more --connections", ExitCode.CouldNotRun)
            : plan;
    }

    private static async Task<IPEndPoint> ResolveAsync(string server, CancellationToken cancel)
    {
        var text = server.StartsWith("tcp://", StringComparison.Ordinal) ? server[6..] : server;
        var colon = text.LastIndexOf(':');
        var (host, port) = colon < 0 ? ("127.0.0.1", text) : (text[..colon], text[(colon + 1)..]);
        if (host.Length == 0 || !int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is 0 or > IPEndPoint.MaxPort)
        {
            throw new LabException($"{server}: not HOST:PORT", "such as 127.0.0.1:5677, localhost:5677 or [::1]:5677", ExitCode.CouldNotRun);
        }
        return await EndPoints.ToBindAsync(host, number, cancel);
    }
}
