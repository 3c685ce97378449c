using System.CommandLine;
using System.CommandLine.Invocation;
using SocketLab.Cli;
using SocketLab.Commands;

// Continuations run on the thread that saw the socket become ready: one thread hop less a message. Read once, when the first socket
// is made; whoever sets it outside has the last word.
if (Environment.GetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS") is null)
{
    Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
}

var root = new RootCommand("A lab bench for sockets: run them, see them, break them, measure them.")
{
    UdpEcho.Create(),
    TcpEcho.Create(),
    ReqRep.Create(),
    PubSub.Create(),
    Pipeline.Create(),
    DemoCommand.Create(),
    DiagramCommand.Create(),
    BenchCommand.Create(),
};

// A message may begin with @: no response files.
var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (parsed.Action is ParseErrorAction error)
{
    error.ShowHelp = false;
    Console.Error.WriteLine($"{Ink.ForError.Red("error:")} {Printable.Text(parsed.Errors.Count > 0 ? parsed.Errors[0].Message : "unknown command")}");
    Console.Error.WriteLine($"{Ink.ForError.Yellow("hint:")} {string.Join(' ', ["socketlab", .. CommandPath.Of(parsed.CommandResult)])} --help lists what there is; put -- before a message that begins with -");
    return ExitCode.CouldNotRun;
}
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(2), EnableDefaultExceptionHandler = false });
