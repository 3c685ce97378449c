using System.Buffers;
using System.Net;
using System.Net.Sockets;
using SocketLab.Transport.Linux;

namespace SocketLab.Transport.Tcp;

/// <summary>
/// The echo server's fast path on Linux: one thread, one epoll(7) instance, and for each message just recv(2) and send(2).
/// <see cref="TcpEchoServer"/> is the same server to read first. Memory: a connection costs its socket, and a buffer only while
/// its peer does not take what it is sent (then nothing more is read from it: TCP's own flow control holds the peer).
/// </summary>
internal sealed unsafe partial class EpollEcho : IDisposable
{
    private const int EventsAtOnce = 256;
    private const ulong ListenerKey = ulong.MaxValue, StopKey = ulong.MaxValue - 1;
    private const int RetryAcceptMs = 500;
    private const int ReadsATurn = 4;
    private const int MostARead = 40 * 1024; // read and sent while it is still in the core's own cache: streams 1.3 times as fast as 64 KiB

    private readonly Socket _listener;
    private readonly TcpEchoServerOptions _options;
    private readonly ConnectionTable _table;
    private readonly List<Peer?> _peers = [];
    private readonly Stack<int> _free = [];
    private readonly List<int> _freeAfterBatch = [];
    private readonly byte[] _buffer;
    private readonly Epoll _epoll = new(EventsAtOnce);
    private readonly int _stopEvent;
    private long _acceptAgainAtMs;
    private long _nowMs; // once a batch, and only where silence is timed
    private long _bytesIn, _bytesOut; // of this batch
    private bool _full;
    private bool _stop;

    private EpollEcho(Socket listener, TcpEchoServerOptions options, ConnectionTable table)
    {
        (_listener, _options, _table) = (listener, options, table);
        _buffer = GC.AllocateUninitializedArray<byte>(Math.Min(options.BufferBytes, MostARead), pinned: true);
        _stopEvent = SystemCalls.Check(SystemCalls.EventFd(0, 0x80800)); // EFD_CLOEXEC | EFD_NONBLOCK
    }

    public static Task RunAsync(Socket listener, TcpEchoServerOptions options, ConnectionTable table, CancellationToken stop) => Task.Factory.StartNew(
        () =>
        {
            using var echo = new EpollEcho(listener, options, table);
            using var registration = stop.Register(echo.Stop);
            echo.Run();
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Stop()
    {
        var one = 1L;
        _ = SystemCalls.Write(_stopEvent, &one, sizeof(long));
    }

    private void Run()
    {
        _listener.Blocking = false;
        _epoll.Add((int)_listener.Handle, Epoll.In, ListenerKey);
        _epoll.Add(_stopEvent, Epoll.In, StopKey);
        var idleMs = (long)_options.IdleTimeout.TotalMilliseconds;
        while (!_stop)
        {
            var wait = idleMs > 0 ? (int)Math.Clamp(idleMs / 4, 10, 1000) : _full ? RetryAcceptMs : -1;
            var count = _epoll.Wait(wait);
            _nowMs = idleMs > 0 ? Environment.TickCount64 : 0;
            for (var i = 0; i < count; i++)
            {
                Handle(_epoll.Key(i));
            }
            // A slot is given to another connection only after the batch that may still name it.
            foreach (var slot in _freeAfterBatch)
            {
                _free.Push(slot);
            }
            _freeAfterBatch.Clear();
            CountBatch();
            if (idleMs > 0)
            {
                CloseIdle(Environment.TickCount64 - idleMs);
            }
            if (_full && Environment.TickCount64 >= _acceptAgainAtMs)
            {
                AcceptAgain();
            }
        }
    }

    private void CountBatch()
    {
        _table.Count(_bytesIn, _bytesOut);
        (_bytesIn, _bytesOut) = (0, 0);
    }

    private void Handle(ulong key)
    {
        switch (key)
        {
            case ListenerKey: Accept(); break;
            case StopKey: _stop = true; break;
            default:
                if (_peers[(int)key] is { } peer)
                {
                    if (peer.Pending is null) ReadSome(peer, (int)key); else SendPending(peer, (int)key);
                }
                break;
        }
    }

    // A full buffer means that there is more: it is read without asking epoll first. Then it is the others' turn.
    private void ReadSome(Peer peer, int slot)
    {
        for (var turn = 0; turn < ReadsATurn && Read(peer, slot); turn++)
        {
        }
    }

    /// <returns>True: all of a full buffer was sent back, and more is likely to be there.</returns>
    private bool Read(Peer peer, int slot)
    {
        long got, sent;
        fixed (byte* buffer = _buffer)
        {
            got = SystemCalls.Receive(peer.Descriptor, buffer, (nuint)_buffer.Length, SystemCalls.DontWait);
            if (got <= 0)
            {
                if (got == 0 || !SystemCalls.WouldBlock)
                {
                    Close(peer, slot);
                }
                return false;
            }
            sent = SystemCalls.Send(peer.Descriptor, buffer, (nuint)got, SystemCalls.DontWait | SystemCalls.NoSignal);
        }
        if (sent < 0 && !SystemCalls.WouldBlock)
        {
            _bytesIn += got;
            Close(peer, slot);
            return false;
        }
        sent = Math.Max(sent, 0);
        (_bytesIn, _bytesOut) = (_bytesIn + got, _bytesOut + sent);
        peer.LastActiveMs = _nowMs;
        if (sent < got)
        {
            peer.Pending = ArrayPool<byte>.Shared.Rent((int)(got - sent));
            (peer.PendingAt, peer.PendingEnd) = (0, (int)(got - sent));
            _buffer.AsSpan((int)sent, peer.PendingEnd).CopyTo(peer.Pending);
            _epoll.Modify(peer.Descriptor, Epoll.Out, (ulong)slot);
        }
        return got == _buffer.Length && sent == got;
    }

    private void SendPending(Peer peer, int slot)
    {
        long sent;
        fixed (byte* pending = peer.Pending)
        {
            sent = SystemCalls.Send(peer.Descriptor, pending + peer.PendingAt, (nuint)(peer.PendingEnd - peer.PendingAt), SystemCalls.DontWait | SystemCalls.NoSignal);
        }
        if (sent < 0)
        {
            if (!SystemCalls.WouldBlock)
            {
                Close(peer, slot);
            }
            return;
        }
        _bytesOut += sent;
        peer.LastActiveMs = _nowMs;
        peer.PendingAt += (int)sent;
        if (peer.PendingAt == peer.PendingEnd)
        {
            peer.GiveBack();
            _epoll.Modify(peer.Descriptor, Epoll.In, (ulong)slot);
        }
    }

    private void CloseIdle(long oldestMs)
    {
        for (var slot = 0; slot < _peers.Count; slot++)
        {
            if (_peers[slot] is { } peer && peer.LastActiveMs < oldestMs)
            {
                Close(peer, slot);
            }
        }
    }

    private void Close(Peer peer, int slot)
    {
        peer.GiveBack();
        if (_options.ResetOnClose)
        {
            peer.Socket.LingerState = new LingerOption(true, 0);
        }
        peer.Socket.Dispose(); // also takes it out of the epoll set
        _peers[slot] = null;
        _freeAfterBatch.Add(slot);
        _acceptAgainAtMs = 0;
        if (_table.Leave(peer.Address) >= _options.StopAfter && _options.StopAfter > 0)
        {
            _stop = true;
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        for (var slot = 0; slot < _peers.Count; slot++)
        {
            if (_peers[slot] is { } peer)
            {
                Close(peer, slot);
            }
        }
        _epoll.Dispose();
        _ = SystemCalls.Close(_stopEvent);
    }

    private sealed class Peer(Socket socket, IPAddress address)
    {
        public readonly Socket Socket = socket;
        public readonly IPAddress Address = address;
        public readonly int Descriptor = (int)socket.Handle;
        public byte[]? Pending;
        public int PendingAt;
        public int PendingEnd;
        public long LastActiveMs = Environment.TickCount64;

        public void GiveBack()
        {
            if (Pending is not null)
            {
                ArrayPool<byte>.Shared.Return(Pending);
                Pending = null;
            }
        }
    }
}
