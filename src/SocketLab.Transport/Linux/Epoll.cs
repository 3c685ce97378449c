using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SocketLab.Transport.Linux;

/// <summary>
/// An epoll(7) instance: the kernel keeps the set of descriptors, and waiting costs no more with a thousand of them than with one. Each has a
/// key, by which it is named when it is ready. One thread waits.
/// </summary>
internal sealed unsafe partial class Epoll : IDisposable
{
    /// <summary>EPOLLIN, EPOLLOUT; EPOLLERR and EPOLLHUP come without being asked for.</summary>
    public const uint In = 0x001, Out = 0x004, Error = 0x008, HangUp = 0x010;
    private const int AddOne = 1, Delete = 2, Change = 3;

    // struct epoll_event is packed on x86-64 alone: events(4) · data(8), elsewhere events(4) · padding(4) · data(8).
    private static readonly int KeyAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventBytes = KeyAt + 8;

    private readonly int _descriptor;
    private readonly int _most;
    private readonly byte* _events;
    private bool _hasFineWait = true;

    /// <param name="most">How many are told of at once, at most.</param>
    /// <exception cref="SocketException">The system has no descriptor or memory left.</exception>
    public Epoll(int most)
    {
        _descriptor = SystemCalls.Check(Create(0x80000)); // EPOLL_CLOEXEC
        _most = most;
        _events = (byte*)NativeMemory.Alloc((nuint)most, (nuint)EventBytes);
    }

    public void Add(int descriptor, uint events, ulong key) => Control(AddOne, descriptor, events, key);

    public void Modify(int descriptor, uint events, ulong key) => Control(Change, descriptor, events, key);

    public void Remove(int descriptor) => Control(Delete, descriptor, 0, 0);

    /// <summary>Waits until one is ready, or so long; -1 is for ever.</summary>
    /// <returns>How many are; less than 1 when time, or a signal, ended the waiting.</returns>
    public int Wait(int timeoutMs) => Wait(_descriptor, _events, _most, timeoutMs);

    /// <summary>As <see cref="Wait(int)"/> by the nanosecond: epoll_pwait2(2) (Linux 5.11, glibc 2.35); where it is missing, milliseconds have to do.</summary>
    public int WaitFine(long timeoutNs)
    {
        if (_hasFineWait && timeoutNs > 0)
        {
            try
            {
                var time = stackalloc long[2] { timeoutNs / 1_000_000_000, timeoutNs % 1_000_000_000 };
                var count = Wait2(_descriptor, _events, _most, time, null);
                if (count >= 0 || SystemCalls.LastError == SystemCalls.Interrupted)
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
        return Wait((int)(timeoutNs / 1_000_000));
    }

    /// <summary>What the <paramref name="index"/>th of those that are ready is ready for.</summary>
    public uint Events(int index) => *(uint*)(_events + (index * EventBytes));

    /// <summary>Its key.</summary>
    public ulong Key(int index) => *(ulong*)(_events + (index * EventBytes) + KeyAt);

    public void Dispose()
    {
        SystemCalls.Close(_descriptor);
        NativeMemory.Free(_events);
    }

    private void Control(int operation, int descriptor, uint events, ulong key)
    {
        var e = stackalloc byte[16];
        *(uint*)e = events;
        *(ulong*)(e + KeyAt) = key;
        SystemCalls.Check(Control(_descriptor, operation, descriptor, e));
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, int descriptor, byte* e);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(int epoll, byte* events, int most, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "epoll_pwait2", SetLastError = true)]
    private static partial int Wait2(int epoll, byte* events, int most, long* timeout, void* signals);
}
