using System.Buffers.Binary;

namespace SocketLab.Bench;

/// <summary>
/// Publish-subscribe or pipeline, both ends in this process with TCP between them: one sender, as many receivers as connections. A
/// message is <c>number(8) · time(8) · pattern</c>, so the receiver knows how long it was under way and which ones are missing.
/// </summary>
internal sealed class OneWayTarget(LoadPlan plan) : ZeroMqTarget
{
    public const int LeastBytes = 16;
    private const int MessagesAClock = 16; // reading the clock for every message would cost a quarter of the rate
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private readonly byte[] _pattern = new Random(plan.Seed).GetItems("abcdefghijklmnopqrstuvwxyz"u8, plan.SizeBytes);
    private long _sent;
    private long _received;
    private bool _begun;
    private bool _done;

    private bool IsPubSub => plan.Work == Work.PubSub;

    public override void Measure(Measurement measured, CancellationToken cancel)
    {
        (_sent, _received, _begun, _done) = (0, 0, false, false);
        using ZmqSocket sender = IsPubSub ? new XPublisherSocket() : new PushSocket();
        sender.Options.XPubVerbose = IsPubSub; // each subscriber's subscription is handed up, not only the first
#if !NETMQ
        // As fast as the slowest subscriber takes it; at a given rate PUB drops for who is too slow, as it always does.
        sender.Options.NoDrop = IsPubSub && !plan.IsOpenLoop;
#endif
        var url = BindFree(sender);
        var parts = Enumerable.Range(0, plan.Connections).Select(_ => measured.Part()).ToArray();
        parts[0] = measured;
        using var ready = new CountdownEvent(plan.Connections);
        using var arrived = new CountdownEvent(IsPubSub ? plan.Connections : 1);
        var cpu = new CpuMeter(ServerProcess.This, sharesThreads: true);
        RunAll(plan.Connections + 1, (i, stop) =>
        {
            if (i > 0)
            {
                Receive(url, parts[i - 1], ready, arrived, stop);
                return;
            }
            ready.Wait(stop);
            WaitForSubscribers(sender, stop);
            SendFirst(sender, arrived, stop);
            var start = Clock.Ns;
            measured.Begin(start);
            Volatile.Write(ref _begun, true);
            Send(sender, start, measured, cpu, stop);
            Volatile.Write(ref _done, true);
        }, cancel);
        foreach (var part in parts.Skip(1))
        {
            measured.Add(part);
        }
        if (!IsPubSub)
        {
            measured.Lost = _sent - _received;
        }
        (measured.Cpu, measured.GeneratorBusy) = (cpu.Use, null);
        if (measured.Count == 0)
        {
            throw new LoadException("no message arrived in the time that was measured", "the machine may be very busy: a longer --duration helps");
        }
    }

    /// <summary>A subscription reaches XPUB as a message; what is published before it is lost to that subscriber.</summary>
    private void WaitForSubscribers(ZmqSocket sender, CancellationToken cancel)
    {
        var msg = default(Msg);
        msg.InitEmpty();
        for (var missing = IsPubSub ? plan.Connections : 0; missing > 0;)
        {
            cancel.ThrowIfCancellationRequested();
            missing -= ((XPublisherSocket)sender).TryReceive(ref msg, Turn) ? 1 : 0;
        }
        msg.Close();
    }

    /// <summary>One message ahead: the measured time begins when it has got there, however long threads and connections take to get going.</summary>
    private void SendFirst(ZmqSocket sender, CountdownEvent arrived, CancellationToken cancel)
    {
        var msg = default(Msg);
        SendOne(sender, ref msg, 0, 0, cancel);
        if (!arrived.Wait(TimeSpan.FromSeconds(plan.TimeoutSeconds), cancel))
        {
            throw new LoadException($"no message arrived within {plan.TimeoutSeconds:0.###} s", "the machine may be very busy: --timeout N waits longer");
        }
    }

    private void SendOne(ZmqSocket sender, ref Msg msg, long number, long due, CancellationToken cancel)
    {
        msg.InitPool(plan.SizeBytes);
        var bytes = msg.Slice();
        _pattern.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], due);
        while (!sender.TrySend(ref msg, Turn, false))
        {
            cancel.ThrowIfCancellationRequested();
        }
        msg.Close();
        Volatile.Write(ref _sent, number + 1);
    }

    private void Send(ZmqSocket sender, long start, Measurement measured, CpuMeter cpu, CancellationToken cancel)
    {
        using var sleeper = new Sleeper();
        var schedule = new Schedule(plan.IsOpenLoop ? plan.Rate : 1, 1, start);
        var msg = default(Msg);
        var now = start;
        for (long k = 1; now < measured.EndNs; k++)
        {
            if (plan.IsOpenLoop || k % MessagesAClock == 0)
            {
                now = Clock.Ns;
                cpu.Tick(now, measured);
                cancel.ThrowIfCancellationRequested();
            }
            var due = now;
            if (plan.IsOpenLoop && (due = schedule.DueNs(k - 1)) > now)
            {
                now = sleeper.Until(due, cancel);
            }
            SendOne(sender, ref msg, k, due, cancel);
        }
        cpu.Stop();
    }

    private void Receive(string url, Measurement part, CountdownEvent ready, CountdownEvent arrived, CancellationToken cancel)
    {
        using ZmqSocket socket = IsPubSub ? new SubscriberSocket() : new PullSocket();
        (socket as SubscriberSocket)?.SubscribeToAnyTopic();
        socket.Connect(url);
        ready.Signal();
        var msg = default(Msg);
        msg.InitEmpty();
        var (next, now, lastNs, count) = (0L, Clock.Ns, Clock.Ns, 0L);
        while (true)
        {
            if (!socket.TryReceive(ref msg, TimeSpan.Zero))
            {
                cancel.ThrowIfCancellationRequested();
                var got = socket.TryReceive(ref msg, Turn);
                now = Clock.Ns;
                if (!got)
                {
                    if (Volatile.Read(ref _done) && (AllHere(next) || now - lastNs > Quiet.Ticks * 100))
                    {
                        break;
                    }
                    continue;
                }
            }
            else if (count % MessagesAClock == 0)
            {
                now = Clock.Ns;
            }
            (lastNs, count) = (now, count + 1);
            next = Take(msg, part, next, now, arrived);
        }
        msg.Close();
        if (IsPubSub)
        {
            part.Lost += Volatile.Read(ref _sent) - next;
        }
    }

    private long Take(in Msg msg, Measurement part, long next, long now, CountdownEvent arrived)
    {
        ReadOnlySpan<byte> bytes = msg.Slice();
        if (bytes.Length != plan.SizeBytes || !bytes[LeastBytes..].SequenceEqual(_pattern.AsSpan(LeastBytes)))
        {
            throw new LoadException("a message arrived that was not sent so", "this is a defect of ours: please tell us");
        }
        Interlocked.Increment(ref _received);
        var number = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var due = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        if (number == 0)
        {
            arrived.Signal();
        }
        else if (Volatile.Read(ref _begun))
        {
            part.Answered(now, due, due);
        }
        part.Lost += IsPubSub ? number - next : 0;
        return number + 1;
    }

    private bool AllHere(long next) => IsPubSub ? next == Volatile.Read(ref _sent) : Volatile.Read(ref _received) == Volatile.Read(ref _sent);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
