using System.Net;
using System.Net.Sockets;

namespace SocketLab.Bench;

/// <summary>Sleeps until a moment, more exactly than <see cref="Thread.Sleep(int)"/> with its milliseconds.</summary>
internal sealed class Sleeper : IDisposable
{
    private const long LongestNs = 100_000_000;
    private readonly Readiness _readiness = Readiness.Create();
    private readonly Socket _silent = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public Sleeper()
    {
        _silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _readiness.Add(_silent, 0);
    }

    /// <summary>Returns when it is due, or a little later; gives the time then.</summary>
    public long Until(long dueNs, CancellationToken cancel)
    {
        long now;
        while ((now = Clock.Ns) < dueNs)
        {
            cancel.ThrowIfCancellationRequested();
            _readiness.Wait(Math.Min(Schedule.SleepNs(now, dueNs), LongestNs));
        }
        return now;
    }

    public void Dispose()
    {
        _readiness.Dispose();
        _silent.Dispose();
    }
}
