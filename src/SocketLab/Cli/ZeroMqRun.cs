using SocketLab.Transport.Patterns;

namespace SocketLab.Cli;

/// <summary>Runs a ZeroMQ role on a thread of its own, since a ZeroMQ socket belongs to one thread, and puts its errors in words.</summary>
internal static class ZeroMqRun
{
    public static async Task<int> OnItsThreadAsync(string pattern, Func<int> role)
    {
        try
        {
            return await Task.Factory.StartNew(role, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (Exception e) when (e.GetType().Name is "AddressAlreadyInUseException")
        {
            throw new LabException($"bind: {e.Message}", "another program has that port: choose one with --port N, or --port 0 for any free one", ExitCode.CouldNotRun);
        }
        catch (ArgumentException e)
        {
            throw new LabException($"{pattern}: {e.Message}", "an end point is ADDRESS:PORT, tcp://ADDRESS:PORT or ipc:///path", ExitCode.CouldNotRun);
        }
        catch (Exception e) when (e.GetType().Namespace is "SocketLab.ZeroMq" or "NetMQ")
        {
            throw new LabException($"{pattern}: {e.Message}", "check the end point: is the address this machine's, and does the folder exist?", ExitCode.CouldNotRun);
        }
    }

    /// <summary>The port or path without the transport, as READY lines have it: <c>127.0.0.1:5678</c>.</summary>
    public static string Short(string endPoint) => endPoint.StartsWith("tcp://", StringComparison.Ordinal) ? endPoint[6..] : endPoint;
}
