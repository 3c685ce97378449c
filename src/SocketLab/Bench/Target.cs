using System.Net;

namespace SocketLab.Bench;

/// <summary>Where one contestant's load goes: our own server, started here, or somebody's.</summary>
internal abstract class Target : IAsyncDisposable
{
    public static Target Open(Contestant one) => one.Plan.IsZeroMq ? ZeroMqTarget.Create(one) : new RawTarget(one);

    /// <summary>Runs the load on the calling thread.</summary>
    public abstract void Measure(Measurement measured, CancellationToken cancel);

    public abstract ValueTask DisposeAsync();
}

/// <summary>A UDP or TCP echo server.</summary>
internal sealed class RawTarget : Target
{
    private readonly LoadPlan _plan;
    private readonly OwnServer? _own;
    private readonly IPEndPoint _endPoint;
    private readonly ServerProcess? _process;

    public RawTarget(Contestant one)
    {
        _plan = one.Plan;
        _own = one.Server is null ? OwnServer.Start(_plan.Work) : null;
        _endPoint = one.Server ?? _own!.EndPoint;
        _process = _own is not null ? ServerProcess.This : ServerProcess.Find(_endPoint, _plan.Work == Work.UdpEcho);
    }

    public override void Measure(Measurement measured, CancellationToken cancel)
    {
        var cpu = new CpuMeter(_process);
        if (_plan.Work == Work.UdpEcho)
        {
            using var udp = new UdpLoad(_plan, _endPoint, measured);
            udp.Run(cpu, cancel);
        }
        else
        {
            using var tcp = new TcpLoad(_plan, _endPoint, measured);
            tcp.Run(cpu, cancel);
        }
        (measured.Cpu, measured.GeneratorBusy) = (cpu.Use, cpu.Busy);
    }

    public override ValueTask DisposeAsync() => _own?.DisposeAsync() ?? ValueTask.CompletedTask;
}
