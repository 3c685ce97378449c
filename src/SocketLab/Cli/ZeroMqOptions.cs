using System.CommandLine;
using SocketLab.Transport.Patterns;

namespace SocketLab.Cli;

/// <summary>The options that every ZeroMQ role has: where to bind and connect, over which transport, within which limits.</summary>
internal sealed class ZeroMqOptions
{
    private readonly string _pattern;
    private readonly bool _binds;
    private readonly Option<int> _port;
    private readonly Option<string> _transport = new("--transport") { Description = "tcp, or ipc: a Unix domain socket on this machine", DefaultValueFactory = _ => "tcp", HelpName = "tcp|ipc" };
    private readonly Option<string[]> _bind;
    private readonly Option<string[]> _connect;
    private readonly Option<int> _hwm = EndPoints.NumberOption("--hwm", 1000, "High-water mark: messages that may wait for one peer; 0: no limit", 0);
    private readonly Option<double> _linger = EndPoints.SecondsOption("--linger", 2, "How long closing waits for queued messages");
    private readonly Option<bool> _wire = new("--wire") { Description = "Show greetings, commands and frames as they stand on the wire" };

    /// <param name="pattern"><c>reqrep</c>; names the ipc file.</param>
    /// <param name="port">The pattern's port.</param>
    /// <param name="binds">Whether this role binds, unless told otherwise.</param>
    public ZeroMqOptions(string pattern, int port, bool binds)
    {
        (_pattern, _binds) = (pattern, binds);
        _port = EndPoints.PortOption(port);
        _transport.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not ("tcp" or "ipc" or "inproc") and var other }])
            {
                result.AddError($"--transport {other}: tcp or ipc");
            }
        });
        var form = "ADDRESS[:PORT], PORT, tcp://… or ipc://…";
        _bind = new("--bind") { Description = $"Bind here ({form}); repeatable", HelpName = "WHERE" };
        _connect = new("--connect") { Description = $"Connect there ({form}); repeatable", HelpName = "WHERE" };
    }

    public void AddTo(Command command)
    {
        foreach (var option in (ReadOnlySpan<Option>)[_port, _transport, _bind, _connect, _hwm, _linger, _wire])
        {
            command.Options.Add(option);
        }
    }

    public PatternOptions Read(ParseResult parsed, CancellationToken interrupted)
    {
        var (port, transport) = (parsed.GetValue(_port), parsed.GetValue(_transport)!);
        string[] bind = [.. (parsed.GetValue(_bind) ?? []).Select(one => EndPoint(one, transport, port))];
        string[] connect = [.. (parsed.GetValue(_connect) ?? []).Select(one => EndPoint(one, transport, port))];
        if (bind.Length + connect.Length == 0)
        {
            string[] usual = [EndPoint("", transport, port)];
            (bind, connect) = _binds ? (usual, connect) : (bind, usual);
        }
        return Common(parsed, bind, connect, interrupted);
    }

    /// <summary>The same limits for a second socket of the role, at other end points.</summary>
    public PatternOptions Second(ParseResult parsed, int port, string name, bool binds, string[] where, CancellationToken interrupted)
    {
        var transport = parsed.GetValue(_transport)!;
        string[] all = where.Length > 0 ? [.. where.Select(one => EndPoint(one, transport, port))] : [EndPoint("", transport, port, name)];
        return binds ? Common(parsed, all, [], interrupted) : Common(parsed, [], all, interrupted);
    }

    private PatternOptions Common(ParseResult parsed, string[] bind, string[] connect, CancellationToken interrupted) => new()
    {
        Bind = bind,
        Connect = connect,
        HighWatermark = parsed.GetValue(_hwm),
        Linger = TimeSpan.FromSeconds(parsed.GetValue(_linger)),
        Interrupted = interrupted,
        Wire = parsed.GetValue(_wire),
        // Who asks for an explanation is shown the greetings too; every frame would be too much.
        Greetings = parsed.GetValue<bool>("--explain") || parsed.GetValue<bool>("--step"),
    };

    private string EndPoint(string text, string transport, int port, string? name = null)
    {
        if (transport == "inproc" || text.StartsWith("inproc://", StringComparison.Ordinal))
        {
            throw new LabException($"{_pattern}: inproc lives inside one process, and this role is one of its own", "between two programs use tcp, or --transport ipc on one machine", ExitCode.CouldNotRun);
        }
        if (text.Contains("://", StringComparison.Ordinal))
        {
            return text;
        }
        if (transport == "ipc")
        {
            return text.Length > 0 ? $"ipc://{text}" : $"ipc://{Path.Combine(Path.GetTempPath(), $"socketlab-{name ?? _pattern}-{port}.ipc")}";
        }
        return text switch
        {
            "" => $"tcp://127.0.0.1:{port}",
            _ when text.All(char.IsAsciiDigit) => $"tcp://127.0.0.1:{text}",
            _ when text.Contains("]:", StringComparison.Ordinal) || text.Count(c => c == ':') == 1 => $"tcp://{text}",
            _ when text.Contains(':', StringComparison.Ordinal) => $"tcp://[{text.Trim('[', ']')}]:{port}",
            _ => $"tcp://{text}:{port}",
        };
    }
}
