using System.Net.Sockets;
using SocketLab.Transport.Linux;

namespace SocketLab.Bench;

/// <summary>A socket that can be read or written without waiting.</summary>
internal readonly record struct Ready(int Key, bool Readable, bool Writable);

/// <summary>Many non-blocking sockets on one thread: waits for all at once, by epoll on Linux, by select elsewhere.</summary>
internal abstract class Readiness : IDisposable
{
    /// <summary>What <see cref="Receive"/> and <see cref="Send"/> give when the socket is not ready after all.</summary>
    public const int NotNow = -1;

    public static Readiness Create() => SystemCalls.IsSupported ? new EpollReadiness() : new SelectReadiness();

    /// <summary>Watches a socket for something to read. Keys count up from 0.</summary>
    public abstract void Add(Socket socket, int key);

    /// <summary>Begins or ends watching for room to write too.</summary>
    public abstract void WantWrite(Socket socket, int key, bool wanted);

    /// <summary>Gives those that are ready, waiting for the first at most so long; may return early with none.</summary>
    public abstract ReadOnlySpan<Ready> Wait(long timeoutNs);

    /// <summary>
    /// With one socket alone, and nothing else to do meanwhile, <see cref="Receive"/> itself can wait, and a system call a message is saved.
    /// </summary>
    /// <returns>False: not here.</returns>
    public virtual bool LetReceiveWait(Socket only, long longestNs) => false;

    /// <summary>recv(2). 0: the peer has ended its stream.</summary>
    /// <param name="socket">Whose bytes.</param>
    /// <param name="buffer">Where to.</param>
    /// <param name="mayWait">After <see cref="LetReceiveWait"/>: whether this call may.</param>
    /// <exception cref="SocketException">The connection is broken.</exception>
    public abstract int Receive(Socket socket, Span<byte> buffer, bool mayWait);

    /// <summary>send(2).</summary>
    /// <exception cref="SocketException">The connection is broken.</exception>
    public abstract int Send(Socket socket, ReadOnlySpan<byte> bytes);

    public abstract void Dispose();
}

/// <summary>The portable way. It hands all sockets to the system on each call, so it slows down with their number.</summary>
internal sealed class SelectReadiness : Readiness
{
    private readonly Dictionary<Socket, int> _keys = [];
    private readonly HashSet<Socket> _wanted = [];
    private readonly List<Socket> _read = [];
    private readonly List<Socket> _write = [];
    private Ready[] _ready = [];

    public override void Add(Socket socket, int key)
    {
        _keys.Add(socket, key);
        _ready = new Ready[_keys.Count];
    }

    public override void WantWrite(Socket socket, int key, bool wanted) => _ = wanted ? _wanted.Add(socket) : _wanted.Remove(socket);

    public override ReadOnlySpan<Ready> Wait(long timeoutNs)
    {
        _read.Clear();
        _write.Clear();
        _read.AddRange(_keys.Keys);
        _write.AddRange(_wanted);
        Socket.Select(_read, _write.Count > 0 ? _write : null, null, TimeSpan.FromMicroseconds(timeoutNs / 1000));
        var count = 0;
        foreach (var socket in _read)
        {
            _ready[count++] = new Ready(_keys[socket], true, _write.Count > 0 && _write.Remove(socket));
        }
        foreach (var socket in _write)
        {
            _ready[count++] = new Ready(_keys[socket], false, true);
        }
        return _ready.AsSpan(0, count);
    }

    public override int Receive(Socket socket, Span<byte> buffer, bool mayWait) => Result(socket.Receive(buffer, SocketFlags.None, out var error), error);

    public override int Send(Socket socket, ReadOnlySpan<byte> bytes) => Result(socket.Send(bytes, SocketFlags.None, out var error), error);

    private static int Result(int count, SocketError error) => error switch
    {
        SocketError.Success => count,
        SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable => NotNow,
        _ => throw new SocketException((int)error),
    };

    public override void Dispose()
    {
    }
}
