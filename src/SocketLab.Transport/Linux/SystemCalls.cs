using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SocketLab.Transport.Linux;

/// <summary>
/// recv(2), send(2) and companions as the kernel has them, for the places where <see cref="Socket"/> was measured to cost too much: the echo
/// servers' fast paths and the load generator.
/// </summary>
internal static unsafe partial class SystemCalls
{
    /// <summary>MSG_DONTWAIT, MSG_NOSIGNAL.</summary>
    public const int DontWait = 0x40, NoSignal = 0x4000;

    /// <summary>EINTR, EAGAIN, EMFILE, EPIPE, EMSGSIZE, ECONNRESET, ENOBUFS, ETIMEDOUT, ECONNREFUSED, EHOSTUNREACH (errno(3)).</summary>
    public const int Interrupted = 4, Again = 11, NoDescriptors = 24, BrokenPipe = 32, MessageTooLong = 90, ConnectionReset = 104, NoBuffers = 105,
        TimedOut = 110, Refused = 111, HostUnreachable = 113;

    /// <summary>Whether numbers and structures are those that are written here.</summary>
    public static bool IsSupported { get; } =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>errno of this thread's last call that failed.</summary>
    public static int LastError => Marshal.GetLastPInvokeError();

    /// <summary>The last call failed only because it would have had to wait.</summary>
    public static bool WouldBlock => LastError is Again or Interrupted;

    /// <exception cref="SocketException">The call failed.</exception>
    public static int Check(int result) => result >= 0 ? result : throw Failure();

    /// <summary>What the last call failed with, in .NET's terms.</summary>
    public static SocketException Failure() => new((int)(LastError switch
    {
        NoDescriptors => SocketError.TooManyOpenSockets,
        BrokenPipe => SocketError.Shutdown,
        MessageTooLong => SocketError.MessageSize,
        ConnectionReset => SocketError.ConnectionReset,
        NoBuffers => SocketError.NoBufferSpaceAvailable,
        TimedOut => SocketError.TimedOut,
        Refused => SocketError.ConnectionRefused,
        HostUnreachable => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    }));

    /// <returns>Bytes received; 0 at the end of a stream; -1 for a failure.</returns>
    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int descriptor, byte* buffer, nuint length, int flags);

    /// <returns>Bytes taken by the system; -1 for a failure.</returns>
    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int descriptor, byte* buffer, nuint length, int flags);

    /// <returns>Length of the datagram, all of it with MSG_TRUNC; -1 for a failure.</returns>
    [LibraryImport("libc", EntryPoint = "recvfrom", SetLastError = true)]
    public static partial nint ReceiveFrom(int descriptor, byte* buffer, nuint length, int flags, byte* address, uint* addressLength);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    public static partial nint SendTo(int descriptor, byte* bytes, nuint length, int flags, byte* address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, void* bytes, nuint count);

    /// <summary>eventfd(2): a descriptor that another thread can make ready.</summary>
    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFd(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);
}
