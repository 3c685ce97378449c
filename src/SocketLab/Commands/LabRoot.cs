using System.CommandLine;
using SocketLab.Cli;

namespace SocketLab.Commands;

/// <summary><c>socketlab</c>: all that it can do.</summary>
internal static class LabRoot
{
    // A message may begin with @: no response files.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    public static ParseResult Parse(string[] args) => Create().Parse(args, Parsing);

    public static RootCommand Create() => new RootCommand("A lab bench for sockets: run them, see them, break them, measure them.")
    {
        UdpEcho.Create(),
        TcpEcho.Create(),
        ReqRep.Create(),
        PubSub.Create(),
        Pipeline.Create(),
        DemoCommand.Create(),
        DiagramCommand.Create(),
        BenchCommand.Create(),
    }.ShowExamplesInHelp().WithExamples("""
        socketlab tcp-echo server                 in one terminal
        socketlab tcp-echo client "Hello There"   in another
        socketlab demo pubsub                     all roles of a pattern in this one
        socketlab bench tcp-echo                  how fast is it?
        """);
}
