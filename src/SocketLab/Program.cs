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

var parsed = LabRoot.Parse(args);
return parsed.Action is ParseErrorAction
    ? UsageError.Say(parsed)
    : await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(2), EnableDefaultExceptionHandler = false });
