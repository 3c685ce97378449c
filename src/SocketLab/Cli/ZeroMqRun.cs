using SocketLab.Transport.Patterns;
using SocketLab.Transport.Trace;

namespace SocketLab.Cli;

/// <summary>Runs a ZeroMQ role on a thread of its own, since a ZeroMQ socket belongs to one thread, and puts its errors in words.</summary>
internal static class ZeroMqRun
{
    public static async Task<int> OnItsThreadAsync(Func<int> role)
    {
        try
        {
            return await Task.Factory.StartNew(role, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (Exception e) when (e.GetType().Name is "AddressAlreadyInUseException")
        {
            throw new LabException(Attempt(e), "another program has that port: choose one with --port N, or --port 0 for any free one", ExitCode.CouldNotRun);
        }
        catch (ArgumentException e)
        {
            throw new LabException(Attempt(e), Form, ExitCode.CouldNotRun);
        }
        catch (Exception e) when (e.GetType().Namespace is "SocketLab.ZeroMq" or "NetMQ")
        {
            throw new LabException(Attempt(e), IsOfBind(e) ? "is the address this machine's (`ip addr`), and does the folder exist?" : Form, ExitCode.CouldNotRun);
        }
    }

    private const string Form = "an end point is PORT, ADDRESS:PORT, tcp://ADDRESS:PORT or ipc:///path";

    private static bool IsOfBind(Exception e) => e.Message.StartsWith("bind ", StringComparison.Ordinal);

    /// <summary>"bind tcp://…: reason" as the engine says it; "end point tcp://…: reason" where it did not come to binding.</summary>
    private static string Attempt(Exception e) => IsOfBind(e) ? e.Message : "end point " + e.Message;

    /// <summary>Says in the journal, and on the READY line, that a role can be talked to; a forwarder has two end points for it.</summary>
    public static void Ready(LabSession session, params (string EndPoint, string Note)[] all)
    {
        foreach (var (endPoint, note) in all)
        {
            session.Log.Write(new TraceEvent { Kind = TraceKind.Ready, Local = endPoint, Note = note });
        }
        session.ReadyAsync(string.Join(' ', all.Select(one => Short(one.EndPoint)))).GetAwaiter().GetResult();
    }

    /// <summary>The port or path without the transport, as READY lines have it: <c>127.0.0.1:5678</c>.</summary>
    private static string Short(string endPoint) => endPoint.StartsWith("tcp://", StringComparison.Ordinal) ? endPoint[6..] : endPoint;
}
