using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketLab.Transport.Linux;

namespace SocketLab.Transport.Udp;

/// <summary>
/// The datagram echo's fast path on Linux: recvmmsg(2) takes all datagrams that are there, up to 64, and sendmmsg(2) sends
/// their answers back; two system calls where the plain loop of <see cref="UdpEchoServer"/>, the one to read first, needs 128. While
/// datagrams come one by one, recvfrom(2) and sendto(2) cost less, and a batch is tried now and then.
/// </summary>
internal sealed unsafe partial class BatchEcho : IDisposable
{
    private const int Most = 64;
    private const int SinglesAfterASingle = 7;
    private const int AddressBytes = 32; // sockaddr_in6 has 28
    private const int Truncated = 0x20, WaitForOne = 0x10000; // MSG_TRUNC: a datagram's real length; MSG_WAITFORONE: then only what is there

    private readonly int _bufferBytes;
    private readonly int _stride;
    private readonly byte* _buffers;
    private readonly byte* _addresses;
    private readonly Slice* _slices;
    private readonly Message* _received;
    private readonly Message* _answers;
    private int _used = Most;
    private int _singles;

    private BatchEcho(int bufferBytes)
    {
        _bufferBytes = bufferBytes;
        // An odd number of cache lines apart: at a power of two all beginnings would compete for the same few lines of the cache.
        _stride = ((bufferBytes + 63) / 64 | 1) * 64;
        _buffers = (byte*)NativeMemory.Alloc((nuint)_stride, Most);
        _addresses = (byte*)NativeMemory.AllocZeroed(AddressBytes, Most);
        _slices = (Slice*)NativeMemory.AllocZeroed((nuint)sizeof(Slice), Most);
        _received = (Message*)NativeMemory.AllocZeroed((nuint)sizeof(Message), Most);
        _answers = (Message*)NativeMemory.AllocZeroed((nuint)sizeof(Message), Most);
    }

    /// <summary>Echoes until the socket is closed, or until <paramref name="stopAfter"/> datagrams; 0: no limit.</summary>
    public static void Run(Socket socket, int bufferBytes, long stopAfter, EchoGuard guard, UdpCounts counts)
    {
        var handle = socket.SafeHandle;
        var held = false;
        using var echo = new BatchEcho(bufferBytes);
        try
        {
            handle.DangerousAddRef(ref held);
            var descriptor = (int)handle.DangerousGetHandle();
            // Whoever closes the socket has to wait for us, and wakes us by shutting it down: then each call returns at once.
            while (!handle.IsClosed && (stopAfter == 0 || counts.Received < stopAfter))
            {
                var most = stopAfter == 0 ? Most : (int)Math.Min(Most, stopAfter - counts.Received);
                var count = echo._singles > 0 ? echo.ReceiveOne(descriptor) : echo.Receive(descriptor, most);
                if (count > 0 && echo._received[0].AddressLength == 0)
                {
                    return; // what recvmsg gives of a socket that has been shut down: a datagram from nobody
                }
                if (count > 0)
                {
                    echo.Answer(descriptor, echo.Choose(count, guard, counts), counts);
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // Closed before we began.
        }
        finally
        {
            if (held)
            {
                handle.DangerousRelease();
            }
        }
    }

    private int Receive(int descriptor, int most)
    {
        // Only what the last batch used has to be made ready again.
        for (var i = 0; i < _used; i++)
        {
            _slices[i] = new Slice { Base = _buffers + ((nint)i * _stride), Length = (nuint)_bufferBytes };
            _received[i].Address = _addresses + (i * AddressBytes);
            _received[i].AddressLength = AddressBytes;
            _received[i].Slices = _slices + i;
            _received[i].SliceCount = 1;
        }
        // An error here is somebody's ICMP message or a signal: the datagrams after it are as good as any.
        var count = ReceiveMany(descriptor, _received, (uint)most, WaitForOne | Truncated, null);
        _used = Math.Max(count, 0);
        _singles = count == 1 ? SinglesAfterASingle : 0;
        return count;
    }

    /// <summary>As <see cref="Receive"/>, into the place that a batch of one has used.</summary>
    private int ReceiveOne(int descriptor)
    {
        uint addressBytes = AddressBytes;
        var length = SystemCalls.ReceiveFrom(descriptor, _buffers, (nuint)_bufferBytes, Truncated, _addresses, &addressBytes);
        _singles = length >= 0 ? _singles - 1 : 0;
        _received[0].Length = (uint)Math.Max(length, 0);
        _received[0].AddressLength = addressBytes;
        return length < 0 ? -1 : 1;
    }

    /// <summary>Lines up the answers; how many there are.</summary>
    private int Choose(int count, EchoGuard guard, UdpCounts counts)
    {
        var answers = 0;
        counts.Received += count;
        for (var i = 0; i < count; i++)
        {
            var length = (int)Math.Min(_received[i].Length, (uint)_bufferBytes);
            if (_received[i].Length > length)
            {
                counts.Cut++;
            }
            var verdict = guard.Judge(
                new ReadOnlySpan<byte>(_received[i].Address, (int)_received[i].AddressLength), new ReadOnlySpan<byte>(_slices[i].Base, length));
            if (verdict == Verdict.Answer)
            {
                _slices[i].Length = (nuint)length;
                _answers[answers] = _received[i];
                _answers[answers].Flags = 0;
                answers++;
            }
            else
            {
                counts.NotAnswered(verdict);
            }
        }
        return answers;
    }

    private void Answer(int descriptor, int answers, UdpCounts counts)
    {
        if (answers == 1)
        {
            var one = _answers[0];
            counts.Sent += SystemCalls.SendTo(descriptor, one.Slices->Base, one.Slices->Length, 0, one.Address, one.AddressLength) < 0 ? 0 : 1;
            return;
        }
        for (var done = 0; done < answers;)
        {
            var sent = SendMany(descriptor, _answers + done, (uint)(answers - done), 0);
            if (sent < 0)
            {
                done++; // this one cannot be sent (its network is gone, a firewall forbids it): the others can
                continue;
            }
            done += sent;
            counts.Sent += sent;
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_buffers);
        NativeMemory.Free(_addresses);
        NativeMemory.Free(_slices);
        NativeMemory.Free(_received);
        NativeMemory.Free(_answers);
    }

    // struct iovec
    private struct Slice
    {
        public byte* Base;
        public nuint Length;
    }

    // struct mmsghdr, which is struct msghdr and the length that the kernel fills in
#pragma warning disable CS0649 // so are the fields that only the kernel reads or writes
    private struct Message
    {
        public byte* Address;
        public uint AddressLength;
        public Slice* Slices;
        public nuint SliceCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
        public int EndOfHeader; // msghdr ends on a multiple of eight bytes
        public uint Length;
    }
#pragma warning restore CS0649

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    private static partial int ReceiveMany(int descriptor, Message* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    private static partial int SendMany(int descriptor, Message* messages, uint count, int flags);
}
