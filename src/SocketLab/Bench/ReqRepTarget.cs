using System.Net;

namespace SocketLab.Bench;

/// <summary>
/// A ZeroMQ replier under load. One message under way: REQ sockets, in lock-step; several: DEALER sockets, which write the empty
/// delimiter themselves. A thread a connection. A reply has to end with the request's bytes, so that "Echo: …" is right too.
/// </summary>
internal sealed class ReqRepTarget : ZeroMqTarget
{
    private readonly LoadPlan _plan;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving = Task.CompletedTask;
    private readonly string _url;
    private readonly ServerProcess? _process;

    public ReqRepTarget(Contestant one)
    {
        _plan = one.Plan;
        if (one.Server is { } server)
        {
            (_url, _process) = (Url(server), ServerProcess.Find(server, udp: false));
            return;
        }
        var bound = new TaskCompletionSource<string>();
        _serving = Start(() => Serve(bound));
        (_url, _process) = (bound.Task.GetAwaiter().GetResult(), ServerProcess.This);
    }

    private void Serve(TaskCompletionSource<string> bound)
    {
        using var socket = new ResponseSocket();
        bound.SetResult(BindFree(socket));
        var msg = default(Msg);
        msg.InitEmpty();
        while (!_stop.IsCancellationRequested)
        {
            if (socket.TryReceive(ref msg, Turn))
            {
                socket.TrySend(ref msg, Turn, msg.HasMore);
            }
        }
        msg.Close();
    }

    public override void Measure(Measurement measured, CancellationToken cancel)
    {
        var cpu = new CpuMeter(_process, sharesThreads: true);
        var start = Clock.Ns;
        var parts = Enumerable.Range(0, _plan.Connections).Select(_ => measured.Part()).ToArray();
        // The first thread writes where progress looks.
        parts[0] = measured;
        measured.Begin(start);
        RunAll(_plan.Connections, (i, stop) =>
        {
            if (_plan.Depth == 1)
            {
                InTurn(i, start, parts[i], i == 0 ? cpu : null, stop);
            }
            else
            {
                Pipelined(i, parts[i], i == 0 ? cpu : null, stop);
            }
        }, cancel);
        cpu.Stop();
        foreach (var part in parts.Skip(1))
        {
            measured.Add(part);
        }
        (measured.Cpu, measured.GeneratorBusy) = (cpu.Use, cpu.Busy);
        if (measured.Count == 0)
        {
            throw new LoadException("no reply", "is that a REP or ROUTER socket, and on that port?");
        }
    }

    private void InTurn(int index, long start, Measurement part, CpuMeter? cpu, CancellationToken cancel)
    {
        using var socket = new RequestSocket();
        using var sleeper = new Sleeper();
        socket.Connect(_url);
        var stream = new NumberedStream(_plan.SizeBytes, _plan.Seed);
        var schedule = new Schedule(_plan.IsOpenLoop ? _plan.Rate : 1, _plan.Connections, start);
        var reply = default(Msg);
        reply.InitEmpty();
        for (long k = 0; ; k++)
        {
            var now = Clock.Ns;
            cpu?.Tick(now, part);
            var due = _plan.IsOpenLoop ? schedule.DueNs(index, k) : now;
            if (due >= part.EndNs || now > part.EndNs + Clock.ToNs(_plan.TimeoutSeconds))
            {
                for (; _plan.IsOpenLoop && due < part.EndNs; due = schedule.DueNs(index, ++k))
                {
                    part.NotAnswered(now, due);
                }
                break;
            }
            if (due > now)
            {
                now = sleeper.Until(due, cancel);
                part.OwnDelay.Record(now - due);
            }
            Send(socket, stream.Message(((long)index << 32) + k), delimiter: false);
            Receive(socket, ref reply, cancel);
            var answered = Clock.Ns;
            if (!reply.Slice().EndsWith(stream.Message(((long)index << 32) + k)))
            {
                throw Wrong();
            }
            while (reply.HasMore)
            {
                Receive(socket, ref reply, cancel);
            }
            part.Answered(answered, due, now);
        }
        cpu?.Stop();
        reply.Close();
    }

    private void Pipelined(int index, Measurement part, CpuMeter? cpu, CancellationToken cancel)
    {
        using var socket = new DealerSocket();
        socket.Options.Linger = TimeSpan.Zero;
        socket.Connect(_url);
        var stream = new NumberedStream(_plan.SizeBytes, _plan.Seed);
        var sentAt = new Dictionary<long, long>(_plan.Depth);
        var reply = default(Msg);
        reply.InitEmpty();
        var now = Clock.Ns;
        for (long k = 0; now < part.EndNs;)
        {
            cpu?.Tick(now, part);
            while (sentAt.Count < _plan.Depth)
            {
                var number = ((long)index << 32) + k++;
                sentAt.Add(NumberedStream.Kept(number), now);
                Send(socket, stream.Message(number), delimiter: true);
            }
            do
            {
                Receive(socket, ref reply, cancel);
            }
            while (reply.HasMore);
            now = Clock.Ns;
            var answered = reply.Size < _plan.SizeBytes ? -1 : NumberedStream.NumberOf(reply.Slice()[^_plan.SizeBytes..]);
            if (answered < 0 || !reply.Slice().EndsWith(stream.Message(answered)) || !sentAt.Remove(answered, out var sent))
            {
                throw Wrong();
            }
            part.Answered(now, sent, sent);
        }
        cpu?.Stop();
        reply.Close();
    }

    private static void Send(ZmqSocket socket, ReadOnlySpan<byte> request, bool delimiter)
    {
        var msg = default(Msg);
        if (delimiter)
        {
            msg.InitEmpty();
            socket.TrySend(ref msg, Timeout.InfiniteTimeSpan, true);
        }
        msg.InitPool(request.Length);
        request.CopyTo(msg.Slice());
        socket.TrySend(ref msg, Timeout.InfiniteTimeSpan, false);
        msg.Close();
    }

    private void Receive(ZmqSocket socket, ref Msg reply, CancellationToken cancel)
    {
        for (var waited = TimeSpan.Zero; !socket.TryReceive(ref reply, Turn); waited += Turn)
        {
            cancel.ThrowIfCancellationRequested();
            if (waited.TotalSeconds >= _plan.TimeoutSeconds)
            {
                throw new LoadException($"no reply within {_plan.TimeoutSeconds:0.###} s", "is that a REP or ROUTER socket, and on that port? --timeout N waits longer");
            }
        }
    }

    private static LoadException Wrong() => new("the reply does not end with the request", "does it echo? socketlab reqrep server does, and so with --echo");

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _stop.Dispose();
    }
}
