using System.Net;
using System.Net.Sockets;

namespace SocketLab.Bench;

/// <summary>Load for a TCP echo server: many connections on one thread, each with so many messages under way, every byte compared.</summary>
internal sealed class TcpLoad : IDisposable
{
    private const long LongestWaitNs = 100_000_000;
    private const int NeverBlocksBytes = 64 * 1024; // so much fits the two ends' socket buffers
    private readonly LoadPlan _plan;
    private readonly Measurement _measured;
    private readonly NumberedStream _stream;
    private readonly Readiness _readiness;
    private readonly Connection[] _connections;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(256 * 1024, pinned: true);
    private Schedule _schedule;
    private long _nextDue;
    private long _lastReplyNs;
    private long _underWay;

    public TcpLoad(LoadPlan plan, EndPoint server, Measurement measured, Readiness? readiness = null)
    {
        (_plan, _measured) = (plan, measured);
        _stream = new NumberedStream(plan.SizeBytes, plan.Seed);
        _readiness = readiness ?? Readiness.Create();
        _connections = new Connection[plan.Connections];
        try
        {
            for (var i = 0; i < _connections.Length; i++)
            {
                var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                _connections[i] = new Connection(socket, i, plan.Depth);
                socket.Connect(server);
                socket.NoDelay = true;
                socket.Blocking = false;
                _readiness.Add(socket, i);
            }
            if (_connections.Length == 1 && !plan.IsOpenLoop && (long)plan.Depth * plan.SizeBytes <= NeverBlocksBytes)
            {
                _readiness.LetReceiveWait(_connections[0].Socket, LongestWaitNs);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Makes the load until the time is over; the caller's thread does all of it.</summary>
    public void Run(CpuMeter cpu, CancellationToken cancel)
    {
        var now = Clock.Ns;
        _measured.Begin(now);
        _schedule = new Schedule(_plan.IsOpenLoop ? _plan.Rate : 1, _connections.Length, now);
        _lastReplyNs = now;
        if (!_plan.IsOpenLoop)
        {
            foreach (var one in _connections)
            {
                one.Due = long.MaxValue;
                Ask(one, _plan.Depth, now);
            }
        }
        var giveUp = _measured.EndNs + (_plan.IsOpenLoop ? Clock.ToNs(_plan.TimeoutSeconds) : 0);
        while (now < giveUp && !(now >= _measured.EndNs && _underWay == 0))
        {
            cancel.ThrowIfCancellationRequested();
            cpu.Tick(now, _measured);
            var wait = _plan.IsOpenLoop ? AskWhatIsDue(now) : LongestWaitNs;
            var there = _readiness.Wait(wait);
            foreach (var ready in there)
            {
                if (ready.Readable)
                {
                    Read(_connections[ready.Key]);
                }
            }
            // All that came is taken first, then all is sent: a server that has gone to sleep meanwhile is woken once, not for each message.
            foreach (var ready in there)
            {
                AskAgain(_connections[ready.Key], ready.Writable);
            }
            now = Clock.Ns;
            if (_underWay == 0)
            {
                _lastReplyNs = now;
            }
            else if (now - _lastReplyNs > Clock.ToNs(_plan.TimeoutSeconds))
            {
                break;
            }
        }
        cpu.Stop();
        Finish(now);
    }

    private void Read(Connection one)
    {
        var got = _readiness.Receive(one.Socket, _buffer, mayWait: true);
        if (got == Readiness.NotNow)
        {
            return;
        }
        if (got == 0)
        {
            throw new LoadException("the server ended the connection", "does it serve that many connections, and more than one message on each?");
        }
        var now = Clock.Ns;
        if (!_stream.Matches(_buffer.AsSpan(0, got), one.Got, one.First))
        {
            throw new LoadException("what came back is not what was sent", "is that an echo server, and does it send back every byte in order?");
        }
        one.Got += got;
        if (one.Got > one.Sent)
        {
            throw new LoadException("more came back than was sent", "is that an echo server?");
        }
        var whole = one.Got / _plan.SizeBytes;
        var replies = (int)(whole - one.Answered);
        if (replies == 0)
        {
            return;
        }
        _lastReplyNs = now;
        _underWay -= replies;
        for (var k = one.Answered; k < whole; k++)
        {
            var sent = one.SentAt[k % _plan.Depth];
            _measured.Answered(now, _plan.IsOpenLoop ? _schedule.DueNs(one.Index, k) : sent, sent);
        }
        one.Answered = whole;
    }

    /// <summary>Sends as much as has been answered, and what the kernel did not take before.</summary>
    private void AskAgain(Connection one, bool isWritable)
    {
        var more = (int)Math.Min(_plan.Depth - (one.Asked - one.Answered), one.Due - one.Asked);
        var now = Clock.Ns;
        if (more > 0 && (_plan.IsOpenLoop || now < _measured.EndNs))
        {
            Ask(one, more, now);
        }
        else if (isWritable)
        {
            Send(one);
        }
    }

    private void Ask(Connection one, int count, long now)
    {
        for (var i = 0; i < count; i++)
        {
            one.SentAt[one.Asked++ % _plan.Depth] = now;
        }
        _underWay += count;
        Send(one);
    }

    private void Send(Connection one)
    {
        for (var end = one.Asked * _plan.SizeBytes; one.Sent < end;)
        {
            var sent = _readiness.Send(one.Socket, _stream.At(one.Sent, end - one.Sent, one.First));
            if (sent == Readiness.NotNow)
            {
                if (!one.WantsWrite)
                {
                    _readiness.WantWrite(one.Socket, one.Index, one.WantsWrite = true);
                }
                return;
            }
            one.Sent += sent;
        }
        if (one.WantsWrite)
        {
            _readiness.WantWrite(one.Socket, one.Index, one.WantsWrite = false);
        }
    }

    /// <summary>Open loop: sends what is due where there is room; gives the time to sleep until the next is.</summary>
    private long AskWhatIsDue(long now)
    {
        for (; ; _nextDue++)
        {
            var due = _schedule.DueNs(_nextDue);
            if (due >= _measured.EndNs)
            {
                return LongestWaitNs;
            }
            if (due > now)
            {
                return Math.Min(Schedule.SleepNs(now, due), LongestWaitNs);
            }
            var one = _connections[_nextDue % _connections.Length];
            one.Due++;
            if (one.Asked - one.Answered < _plan.Depth)
            {
                if (due >= _measured.FromNs)
                {
                    _measured.OwnDelay.Record(now - due);
                }
                Ask(one, 1, now);
            }
        }
    }

    private void Finish(long now)
    {
        if (_measured.Count == 0 && (_underWay > 0 || !_plan.IsOpenLoop))
        {
            throw new LoadException($"no reply within {(now - _lastReplyNs) / 1e9:0.0##} s", "is that an echo server? --timeout and --duration say how long to wait");
        }
        if (!_plan.IsOpenLoop)
        {
            // Only a server that has fallen silent ends the loop before its time; what it owes is lost.
            _measured.Lost += now < _measured.EndNs ? _underWay : 0;
            // Something is always under way at the end, and does not count; but who has waited longer than any reply took would be left out.
            var longest = _measured.Latency.MaxNs;
            foreach (var one in _connections)
            {
                for (var k = one.Answered; now >= _measured.EndNs && k < one.Asked; k++)
                {
                    if (now - one.SentAt[k % _plan.Depth] > longest)
                    {
                        _measured.NotAnswered(now, one.SentAt[k % _plan.Depth]);
                    }
                }
            }
            return;
        }
        for (; _schedule.DueNs(_nextDue) < Math.Min(now, _measured.EndNs); _nextDue++)
        {
            _connections[_nextDue % _connections.Length].Due++;
        }
        foreach (var one in _connections)
        {
            for (var k = one.Answered; k < one.Due; k++)
            {
                _measured.NotAnswered(now, _schedule.DueNs(one.Index, k));
            }
        }
    }

    public void Dispose()
    {
        foreach (var one in _connections)
        {
            one?.Socket.Dispose();
        }
        _readiness.Dispose();
    }

    private sealed class Connection(Socket socket, int index, int depth)
    {
        public readonly Socket Socket = socket;
        public readonly int Index = index;
        public readonly long First = (long)index << 32;
        public readonly long[] SentAt = new long[depth];
        public long Due;
        public long Asked;
        public long Answered;
        public long Sent;
        public long Got;
        public bool WantsWrite;
    }
}
