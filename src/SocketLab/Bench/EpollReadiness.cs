using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketLab.Transport.Linux;

namespace SocketLab.Bench;

/// <summary>
/// epoll(7) for the load generator. recv(2) and send(2) are called as they are: through <see cref="Socket"/> it needed a fifth more processor
/// time than the one in C.
/// </summary>
internal sealed unsafe partial class EpollReadiness : Readiness
{
    private const int EventsAtOnce = 512;

    private readonly Epoll _epoll = new(EventsAtOnce);
    private readonly Ready[] _ready = new Ready[EventsAtOnce];
    private bool _receiveWaits;

    public EpollReadiness()
    {
        const int SetTimerSlack = 29; // prctl(2): this thread's waits end when they should, not up to 50 µs later
        _ = ProcessControl(SetTimerSlack, 1, 0, 0, 0);
    }

    public override void Add(Socket socket, int key) => _epoll.Add((int)socket.Handle, Epoll.In, (ulong)key);

    public override void WantWrite(Socket socket, int key, bool wanted) =>
        _epoll.Modify((int)socket.Handle, wanted ? Epoll.In | Epoll.Out : Epoll.In, (ulong)key);

    public override bool LetReceiveWait(Socket only, long longestNs)
    {
        only.Blocking = true;
        only.ReceiveTimeout = (int)(longestNs / 1_000_000); // SO_RCVTIMEO: recv(2) then says EAGAIN
        _ready[0] = new Ready(0, Readable: true, Writable: false);
        return _receiveWaits = true;
    }

    public override ReadOnlySpan<Ready> Wait(long timeoutNs)
    {
        if (_receiveWaits)
        {
            return _ready.AsSpan(0, 1);
        }
        var count = _epoll.WaitFine(timeoutNs);
        for (var i = 0; i < count; i++)
        {
            var events = _epoll.Events(i);
            _ready[i] = new Ready((int)_epoll.Key(i), (events & (Epoll.In | Epoll.Error | Epoll.HangUp)) != 0, (events & Epoll.Out) != 0);
        }
        return _ready.AsSpan(0, Math.Max(count, 0));
    }

    public override int Receive(Socket socket, Span<byte> buffer, bool mayWait)
    {
        fixed (byte* to = buffer)
        {
            return Result(SystemCalls.Receive((int)socket.Handle, to, (nuint)buffer.Length, mayWait ? 0 : SystemCalls.DontWait));
        }
    }

    public override int Send(Socket socket, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* from = bytes)
        {
            return Result(SystemCalls.Send((int)socket.Handle, from, (nuint)bytes.Length, SystemCalls.NoSignal));
        }
    }

    public override void Dispose() => _epoll.Dispose();

    private static int Result(nint count) =>
        count >= 0 ? (int)count : SystemCalls.WouldBlock || SystemCalls.LastError == SystemCalls.NoBuffers ? NotNow : throw SystemCalls.Failure();

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int option, nuint a, nuint b, nuint c, nuint d);
}
