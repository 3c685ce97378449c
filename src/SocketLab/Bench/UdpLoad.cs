using System.Net;
using System.Net.Sockets;

namespace SocketLab.Bench;

/// <summary>
/// Load for a UDP echo server: sockets with so many datagrams under way each. A datagram's number names its place in the window, so
/// replies may come in any order, twice, late, or never; each of these is counted as what it is.
/// </summary>
internal sealed class UdpLoad : IDisposable
{
    private const long LongestWaitNs = 10_000_000;
    private readonly LoadPlan _plan;
    private readonly Measurement _measured;
    private readonly NumberedStream _stream;
    private readonly Readiness _readiness;
    private readonly Window[] _windows;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(65_536, pinned: true);
    private readonly long _timeoutNs;
    private Schedule _schedule;
    private long _nextDue;
    private long _nextLook;
    private long _underWay;
    private bool _ending;

    public UdpLoad(LoadPlan plan, EndPoint server, Measurement measured, Readiness? readiness = null)
    {
        (_plan, _measured) = (plan, measured);
        _timeoutNs = Clock.ToNs(plan.TimeoutSeconds);
        _stream = new NumberedStream(plan.SizeBytes, plan.Seed);
        _readiness = readiness ?? Readiness.Create();
        _windows = new Window[plan.Connections];
        for (var i = 0; i < _windows.Length; i++)
        {
            var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
            _windows[i] = new Window(socket, i, plan.Depth);
            // Connected: the kernel keeps other people's datagrams away, and tells of a port that nobody has.
            socket.Connect(server);
            _readiness.Add(socket, i);
        }
        if (_windows.Length == 1 && !plan.IsOpenLoop)
        {
            _readiness.LetReceiveWait(_windows[0].Socket, LongestWaitNs);
        }
    }

    /// <summary>Makes the load until the time is over; the caller's thread does all of it.</summary>
    public void Run(CpuMeter cpu, CancellationToken cancel)
    {
        var now = Clock.Ns;
        _measured.Begin(now);
        _schedule = new Schedule(_plan.IsOpenLoop ? _plan.Rate : 1, _windows.Length, now);
        foreach (var one in _windows)
        {
            one.Due = _plan.IsOpenLoop ? 0 : long.MaxValue;
            Fill(one);
        }
        while (!(_ending && _underWay == 0))
        {
            cancel.ThrowIfCancellationRequested();
            cpu.Tick(now, _measured);
            var wait = _plan.IsOpenLoop ? SendWhatIsDue(now) : LongestWaitNs;
            foreach (var ready in _readiness.Wait(wait))
            {
                Read(_windows[ready.Key]);
            }
            now = Clock.Ns;
            if (!_ending && now >= _measured.EndNs)
            {
                _ending = true;
                cpu.Stop();
            }
            if (now >= _nextLook)
            {
                _nextLook = now + Math.Min(LongestWaitNs, _timeoutNs / 4);
                LookForLosses(now);
            }
        }
        Finish(now);
    }

    private void Read(Window one)
    {
        // As many as may have come; a ping-pong needs no second call to learn that there is no more. Then as many are sent: a server
        // that has gone to sleep meanwhile is woken once, not for each datagram.
        var most = Math.Max(1, one.UnderWay);
        for (var i = 0; i < most; i++)
        {
            var got = _readiness.Receive(one.Socket, _buffer, mayWait: i == 0);
            if (got == Readiness.NotNow)
            {
                break;
            }
            Take(one, _buffer.AsSpan(0, got), Clock.Ns);
        }
        Fill(one);
    }

    private void Take(Window one, ReadOnlySpan<byte> reply, long now)
    {
        if (reply.Length != _plan.SizeBytes)
        {
            throw new LoadException($"{reply.Length} bytes came back for {_plan.SizeBytes}", "is that an echo server, and is its buffer long enough (--buffer)?");
        }
        var number = NumberedStream.NumberOf(reply);
        var at = Window.PlaceOf(number);
        if (number < 0 || at >= one.Places.Length || !reply.SequenceEqual(_stream.Message(number)))
        {
            throw new LoadException("what came back is not what was sent", "is that an echo server, and does it send back every byte?");
        }
        ref var place = ref one.Places[at];
        if (place.Number == number)
        {
            _measured.Answered(now, _plan.IsOpenLoop ? _schedule.DueNs(one.Index, place.K) : place.SentNs, place.SentNs);
            place.LastAnswered = number;
            Leave(one, at);
        }
        else if (place.LastAnswered == number)
        {
            _measured.Duplicates++;
        }
        else
        {
            place.LastAnswered = number;
            _measured.Late++;
        }
    }

    /// <summary>Sends while something is due and the window has room.</summary>
    private void Fill(Window one)
    {
        while (!_ending && one.Asked < one.Due && one.UnderWay < one.Places.Length)
        {
            var now = Clock.Ns;
            var at = one.Free[one.UnderWay];
            var number = one.NextNumber(at);
            if (_readiness.Send(one.Socket, _stream.Message(number)) == Readiness.NotNow)
            {
                return; // the socket's buffer is full: again when a reply has come, or soon
            }
            one.UnderWay++;
            _underWay++;
            ref var place = ref one.Places[at];
            (place.Number, place.SentNs, place.K) = (number, now, one.Asked++);
        }
    }

    private void Leave(Window one, int at)
    {
        one.Places[at].Number = -1;
        one.Free[--one.UnderWay] = at;
        _underWay--;
    }

    private long SendWhatIsDue(long now)
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
            var one = _windows[_nextDue % _windows.Length];
            one.Due++;
            if (one.UnderWay < one.Places.Length && due >= _measured.FromNs)
            {
                _measured.OwnDelay.Record(now - due);
            }
            Fill(one);
        }
    }

    private void LookForLosses(long now)
    {
        foreach (var one in _windows)
        {
            for (var at = 0; at < one.Places.Length && one.UnderWay > 0; at++)
            {
                var place = one.Places[at];
                if (place.Number >= 0 && now - place.SentNs > _timeoutNs)
                {
                    _measured.Lost += place.SentNs >= _measured.FromNs ? 1 : 0;
                    Leave(one, at);
                }
            }
            Fill(one);
        }
    }

    private void Finish(long now)
    {
        if (_measured.Count == 0)
        {
            throw new LoadException($"no reply within {_plan.TimeoutSeconds:0.###} s", "UDP is silent about everything: is an echo server there, and does it answer your address?");
        }
        if (!_plan.IsOpenLoop)
        {
            return;
        }
        foreach (var one in _windows)
        {
            for (var k = one.Asked; k < one.Due; k++)
            {
                _measured.NotAnswered(now, _schedule.DueNs(one.Index, k));
            }
        }
    }

    public void Dispose()
    {
        foreach (var one in _windows)
        {
            one?.Socket.Dispose();
        }
        _readiness.Dispose();
    }

    private struct Place
    {
        public long Number;
        public long LastAnswered;
        public long SentNs;
        public long K;
    }

    private sealed class Window
    {
        private const int PlaceBits = 16;
        public readonly Socket Socket;
        public readonly int Index;
        public readonly Place[] Places;
        public readonly int[] Free; // from UnderWay on: the places that are free
        public int UnderWay;
        public long Due;
        public long Asked;
        private long _sequence;

        public Window(Socket socket, int index, int depth)
        {
            (Socket, Index) = (socket, index);
            Places = new Place[depth];
            Places.AsSpan().Fill(new Place { Number = -1, LastAnswered = -1 });
            Free = [.. Enumerable.Range(0, depth)];
        }

        // sequence(32) · place(16)
        public long NextNumber(int place) => NumberedStream.Kept((++_sequence << PlaceBits) | (uint)place);

        public static int PlaceOf(long number) => (int)(number & ((1 << PlaceBits) - 1));
    }
}
