using System.CommandLine;
using SocketLab.Cli;
using SocketLab.Transport.Patterns;

namespace SocketLab.Commands;

/// <summary><c>socketlab reqrep broker</c>: many requesters, many repliers, one stable address for each side.</summary>
internal static class ReqRepBroker
{
    private const string Name = "reqrep";
    private const int Port = 5678, BackPort = 5679;

    public static Command Create()
    {
        var zmq = new ZeroMqOptions(Name, Port, binds: true);
        var back = new Option<string[]>("--back") { Description = "Where repliers connect", HelpName = "WHERE" };
        var command = new Command("broker", "Many requesters, many repliers: ROUTER in front, DEALER behind.")
        { back }.WithExamples("""
            socketlab reqrep broker                  in one terminal
            socketlab reqrep server --connect 5679   in a second, and more
            socketlab reqrep client hi               in a third, and more
            """);
        zmq.AddTo(command);
        command.SetLabAction(new CommonOptions(), Name, "broker", (parsed, session, cancel) => ZeroMqRun.OnItsThreadAsync(() =>
        {
            var front = zmq.Read(parsed, cancel);
            using var broker = Forwarder.Broker(front, zmq.Second(parsed, BackPort, Name, binds: true, parsed.GetValue(back) ?? [], cancel), session.Log);
            ZeroMqRun.Ready(session, (broker.FrontEndPoint, "requesters connect here"), (broker.BackEndPoint, "repliers connect here"));
            broker.Run(cancel);
            session.Note($"passed {broker.Passed.ToBack:N0} requests and {broker.Passed.ToFront:N0} replies");
            return ExitCode.Fine;
        }));
        return command;
    }
}
