using System.Runtime.InteropServices;

namespace SocketLab.Bench;

/// <summary>
/// Counts processor seconds while the measured time runs: of the thread that makes the load, of this process, and of the server's
/// process where it is another one on this machine.
/// </summary>
/// <param name="server">The server's process; null: not known.</param>
/// <param name="sharesThreads">Whether load and server use common threads, so that in one process they cannot be told apart.</param>
internal sealed partial class CpuMeter(ServerProcess? server, bool sharesThreads = false)
{
    private double? _thread;
    private double _process;
    private double? _server;
    private long _startNs;
    private bool _stopped;

    public CpuUse Use { get; private set; }

    /// <summary>The part of the time for which this thread was at work.</summary>
    public double? Busy { get; private set; }

    /// <summary>To be called by the load generator's thread as time goes by.</summary>
    public void Tick(long nowNs, Measurement measured)
    {
        if (_startNs == 0 && nowNs >= measured.FromNs)
        {
            (_thread, _process, _server) = (ThreadSeconds(), ProcessSeconds, server?.CpuSeconds());
            _startNs = Clock.Ns;
        }
        else if (_startNs != 0 && nowNs >= measured.EndNs)
        {
            Stop();
        }
    }

    public void Stop()
    {
        if (_startNs == 0 || _stopped)
        {
            return;
        }
        _stopped = true;
        var process = ProcessSeconds - _process;
        var thread = ThreadSeconds() - _thread;
        Busy = thread / ((Clock.Ns - _startNs) / 1e9);
        Use = server switch
        {
            { IsThisProcess: true } when sharesThreads => new CpuUse(null, null, process),
            { IsThisProcess: true } => new CpuUse(process - thread, thread, null),
            _ => new CpuUse(server?.CpuSeconds() - _server, sharesThreads ? process : thread, null),
        };
    }

    private static double ProcessSeconds => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>clock_gettime(2), CLOCK_THREAD_CPUTIME_ID: this thread's processor time. Null where there is none.</summary>
    private static double? ThreadSeconds()
    {
        const int ThreadCpuTime = 3;
        var time = default(TimeSpec);
        return OperatingSystem.IsLinux() && Environment.Is64BitProcess && ClockGetTime(ThreadCpuTime, ref time) == 0 ? time.Seconds + (time.Nanoseconds / 1e9) : null;
    }

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, ref TimeSpec time);
}
