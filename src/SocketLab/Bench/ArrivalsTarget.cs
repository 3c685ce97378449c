using System.Net;

namespace SocketLab.Bench;

/// <summary>
/// Somebody's publisher or ventilator: how many messages arrive, and the time between two of them. What it sends and when is its own
/// affair, so neither a latency nor a loss can be told.
/// </summary>
internal sealed class ArrivalsTarget(LoadPlan plan, IPEndPoint server) : ZeroMqTarget
{
    public override void Measure(Measurement measured, CancellationToken cancel)
    {
        var cpu = new CpuMeter(ServerProcess.Find(server, udp: false), sharesThreads: true);
        var parts = Enumerable.Range(0, plan.Connections).Select(_ => measured.Part()).ToArray();
        parts[0] = measured;
        var start = Clock.Ns;
        measured.Begin(start);
        RunAll(plan.Connections, (i, stop) => Receive(parts[i], i == 0 ? cpu : null, stop), cancel);
        foreach (var part in parts.Skip(1))
        {
            measured.Add(part);
        }
        (measured.Cpu, measured.GeneratorBusy) = (cpu.Use, cpu.Busy);
        if (measured.Count == 0)
        {
            throw new LoadException("no message arrived", plan.Work == Work.PubSub ? "does it publish while you measure, and is it a PUB socket that binds?" : "does it push while you measure, and is it a PUSH socket that binds?");
        }
    }

    private void Receive(Measurement part, CpuMeter? cpu, CancellationToken cancel)
    {
        using ZmqSocket socket = plan.Work == Work.PubSub ? new SubscriberSocket() : new PullSocket();
        (socket as SubscriberSocket)?.SubscribeToAnyTopic();
        socket.Connect(Url(server));
        var msg = default(Msg);
        msg.InitEmpty();
        var last = 0L;
        for (var now = Clock.Ns; now < part.EndNs; now = Clock.Ns)
        {
            cpu?.Tick(now, part);
            cancel.ThrowIfCancellationRequested();
            if (!socket.TryReceive(ref msg, Turn))
            {
                continue;
            }
            now = Clock.Ns;
            var bytes = msg.Size;
            while (msg.HasMore && socket.TryReceive(ref msg, Turn))
            {
                bytes += msg.Size;
            }
            if (last > 0 && now < part.EndNs)
            {
                part.Answered(now, last, last);
                part.Bytes += now >= part.FromNs ? bytes : 0;
            }
            last = now;
        }
        cpu?.Stop();
        msg.Close();
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
