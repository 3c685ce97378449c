using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SocketLab.Bench;

/// <summary>
/// epoll(7): the kernel keeps the set of sockets, and a call costs no more with a thousand of them than with one. recv(2) and send(2)
/// are called as they are: through <see cref="Socket"/> the load generator needed a fifth more processor time than the one in C.
/// </summary>
internal sealed unsafe partial class EpollReadiness : Readiness
{
    private const int EventsAtOnce = 512;
    private const uint In = 0x001, Out = 0x004, Error = 0x008, HangUp = 0x010;
    private const int AddOne = 1, Modify = 3;
    private const int DontWait = 0x40, NoSignal = 0x4000; // MSG_DONTWAIT, MSG_NOSIGNAL
    private const int Interrupted = 4, Again = 11, MessageTooLong = 90, NoBuffers = 105; // errno(3)

    // struct epoll_event is packed on x86-64 alone: events(4) · data(8), elsewhere events(4) · padding(4) · data(8).
    private static readonly int DataAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventBytes = DataAt + 8;

    private readonly int _epoll = Check(EpollCreate(0x80000)); // EPOLL_CLOEXEC
    private readonly byte[] _events = GC.AllocateArray<byte>(EventsAtOnce * 16, pinned: true);
    private readonly Ready[] _ready = new Ready[EventsAtOnce];
    private bool _hasFineWait = true;
    private bool _receiveWaits;

    public EpollReadiness()
    {
        const int SetTimerSlack = 29; // prctl(2): this thread's waits end when they should, not up to 50 µs later
        _ = ProcessControl(SetTimerSlack, 1, 0, 0, 0);
    }

    public static bool IsSupported { get; } =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    public override void Add(Socket socket, int key) => Control(AddOne, socket, In, key);

    public override void WantWrite(Socket socket, int key, bool wanted) => Control(Modify, socket, wanted ? In | Out : In, key);

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
        fixed (byte* events = _events)
        {
            var count = WaitFine(events, timeoutNs);
            for (var i = 0; i < count; i++)
            {
                var flags = *(uint*)(events + (i * EventBytes));
                _ready[i] = new Ready((int)*(ulong*)(events + (i * EventBytes) + DataAt), (flags & (In | Error | HangUp)) != 0, (flags & Out) != 0);
            }
            return _ready.AsSpan(0, Math.Max(count, 0));
        }
    }

    public override int Receive(Socket socket, Span<byte> buffer, bool mayWait)
    {
        fixed (byte* to = buffer)
        {
            return Result(Recv((int)socket.Handle, to, (nuint)buffer.Length, mayWait ? 0 : DontWait));
        }
    }

    public override int Send(Socket socket, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* from = bytes)
        {
            return Result(SendTo((int)socket.Handle, from, (nuint)bytes.Length, NoSignal));
        }
    }

    private static int Result(nint count) => count >= 0 ? (int)count : Marshal.GetLastPInvokeError() switch
    {
        Again or Interrupted or NoBuffers => NotNow,
        32 => throw new SocketException((int)SocketError.Shutdown), // EPIPE
        MessageTooLong => throw new SocketException((int)SocketError.MessageSize),
        104 => throw new SocketException((int)SocketError.ConnectionReset),
        110 => throw new SocketException((int)SocketError.TimedOut),
        111 => throw new SocketException((int)SocketError.ConnectionRefused),
        113 => throw new SocketException((int)SocketError.HostUnreachable),
        _ => throw new SocketException((int)SocketError.SocketError),
    };

    /// <summary>epoll_pwait2(2) waits by the nanosecond (Linux 5.11, glibc 2.35); where it is missing, milliseconds have to do.</summary>
    private int WaitFine(byte* events, long timeoutNs)
    {
        if (_hasFineWait && timeoutNs > 0)
        {
            try
            {
                var time = stackalloc long[2] { timeoutNs / 1_000_000_000, timeoutNs % 1_000_000_000 };
                var count = EpollWait2(_epoll, events, EventsAtOnce, time, null);
                if (count >= 0 || Marshal.GetLastPInvokeError() == Interrupted)
                {
                    return count;
                }
            }
            catch (EntryPointNotFoundException)
            {
                // An older C library: the call below serves it.
            }
            _hasFineWait = false;
        }
        return EpollWait(_epoll, events, EventsAtOnce, (int)(timeoutNs / 1_000_000));
    }

    private void Control(int operation, Socket socket, uint events, int key)
    {
        var e = stackalloc byte[16];
        *(uint*)e = events;
        *(ulong*)(e + DataAt) = (ulong)key;
        Check(EpollControl(_epoll, operation, (int)socket.Handle, e));
    }

    public override void Dispose() => _ = CloseDescriptor(_epoll);

    private static int Check(int result) =>
        result >= 0 ? result : throw new SocketException(Marshal.GetLastPInvokeError() is 24 ? (int)SocketError.TooManyOpenSockets : (int)SocketError.SocketError);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(int epoll, int operation, int descriptor, byte* e);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(int epoll, byte* events, int most, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "epoll_pwait2", SetLastError = true)]
    private static partial int EpollWait2(int epoll, byte* events, int most, long* timeout, void* signals);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Recv(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint SendTo(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseDescriptor(int descriptor);
}
