using System.Buffers;
using System.Net;
using System.Net.Sockets;
using SocketLab.Transport.Linux;
using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Tcp;

/// <summary>
/// Sends back what each connection sends: socket, bind, listen, accept, then recv and sendall until the peer ends its stream.
/// When nobody watches, and the system is Linux, <see cref="EpollEcho"/> does the same in one thread with fewer system calls.
/// </summary>
public sealed class TcpEchoServer : IAsyncDisposable
{
    private readonly TcpEchoServerOptions _options;
    private readonly TcpJournal _journal;
    private readonly ConnectionTable _table;
    private readonly Socket _listener;

    /// <param name="options">Where to listen, and the limits.</param>
    /// <param name="log">The journal; none: nothing is written.</param>
    public TcpEchoServer(TcpEchoServerOptions options, TraceLog? log = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _journal = new TcpJournal(log ?? TraceLog.Off);
        _table = new ConnectionTable(options);
        // socket(2): a descriptor and nothing more. No address yet, no packet sent.
        _listener = new Socket(options.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
    }

    /// <summary>Where it listens, with the port that the kernel chose.</summary>
    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.None, 0);

    /// <summary>Connections served so far, those that are open included.</summary>
    public long Accepted => _table.Accepted;

    /// <summary>Connections turned away at a limit.</summary>
    public long Refused => _table.Refused;

    /// <summary>Connections open now.</summary>
    public int Open => _table.Open;

    /// <summary>Bytes received on all connections.</summary>
    public long BytesIn => _table.BytesIn;

    /// <summary>Bytes sent on all connections.</summary>
    public long BytesOut => _table.BytesOut;

    /// <summary>Takes the address and lets the kernel queue connections: from here on clients connect, accepted or not.</summary>
    /// <exception cref="SocketException">The address is in use, not this machine's, or not permitted.</exception>
    public void Start()
    {
        _journal.Created(_options.EndPoint);
        if (_options.EndPoint.Address.Equals(IPAddress.IPv6Any))
        {
            _listener.DualMode = true;
        }
        // bind(2): this address and port are ours. Nobody on the network notices.
        _listener.Bind(_options.EndPoint);
        if (!_options.ReuseAddress && OperatingSystem.IsLinux())
        {
            // .NET sets SO_REUSEADDR inside Bind; taken back here, the next start meets this one's connections in TIME_WAIT.
            const int SolSocket = 1, SoReuseAddress = 2;
            _listener.SetRawSocketOption(SolSocket, SoReuseAddress, BitConverter.GetBytes(0));
        }
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _journal.Bound(EndPoint, _options.ReuseAddress);
        // listen(2): from now on the kernel shakes hands with clients by itself, and keeps up to the backlog waiting.
        _listener.Listen(_options.Backlog);
        _journal.Listening(EndPoint, _options.Backlog);
    }

    /// <summary>Accepts and echoes until cancelled, or until <see cref="TcpEchoServerOptions.StopAfter"/> connections are done.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (SystemCalls.IsSupported && !_journal.IsOn && !_options.PlainLoop)
        {
            await EpollEcho.RunAsync(_listener, _options, _table, stop.Token).ConfigureAwait(false);
            return;
        }
        var idle = _table.CloseIdleAsync(_journal, stop.Token);
        try
        {
            await AcceptAsync(stop).ConfigureAwait(false);
        }
        finally
        {
            _listener.Dispose();
            _journal.Closing(EndPoint, _table.Open);
            await stop.CancelAsync().ConfigureAwait(false);
            await _table.CloseAllAsync().ConfigureAwait(false);
            await idle.ConfigureAwait(false);
        }
    }

    private async Task AcceptAsync(CancellationTokenSource stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Socket peer;
            try
            {
                // accept(2): takes the oldest connection from the queue. It has been established since the kernel shook hands.
                peer = await _listener.AcceptAsync(stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.TooManyOpenSockets)
            {
                await PauseAsync(stop.Token).ConfigureAwait(false);
                continue;
            }
            catch (SocketException e)
            {
                // A client that gave up while it was queued (ECONNABORTED) is no reason to stop serving the others.
                _journal.AcceptFailed(EndPoint, e);
                continue;
            }
            if (_table.TryAdmit(peer, _journal) is { } connection)
            {
                _ = EchoAsync(connection, stop);
            }
            if (Descriptors.AreShort(peer))
            {
                await PauseAsync(stop.Token).ConfigureAwait(false);
            }
        }
    }

    private async Task PauseAsync(CancellationToken cancel)
    {
        _journal.OutOfDescriptors(EndPoint);
        do
        {
            await _table.WaitForRoomAsync(cancel).ConfigureAwait(false);
        }
        while (Descriptors.AreShort() && !cancel.IsCancellationRequested);
    }

    private async Task EchoAsync(Connection connection, CancellationTokenSource stop)
    {
        var peer = connection.Socket;
        var buffer = ArrayPool<byte>.Shared.Rent(_options.BufferBytes);
        try
        {
            peer.NoDelay = _options.NoDelay;
            while (true)
            {
                // recv(2): as many bytes as are there, up to the buffer's size. A count of bytes, not a message.
                var got = await peer.ReceiveAsync(buffer.AsMemory(0, _options.BufferBytes)).ConfigureAwait(false);
                connection.Received(got);
                if (got == 0)
                {
                    // The peer has sent its FIN. All it sent has been sent back by now.
                    _journal.EndOfStream(connection);
                    break;
                }
                _journal.Received(connection, buffer.AsSpan(0, got));
                // sendall: hands all of it to the kernel, waiting while the peer takes nothing. Handed over is not delivered.
                for (var sent = 0; sent < got;)
                {
                    var some = await peer.SendAsync(buffer.AsMemory(sent, got - sent)).ConfigureAwait(false);
                    connection.Sent(some);
                    _journal.Sent(connection, buffer.AsSpan(sent, some));
                    sent += some;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One connection's end, whatever its kind, is nothing to the others.
            _journal.Failed(connection, e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            Close(connection);
            var done = _table.Remove(connection);
            if (_options.StopAfter > 0 && done >= _options.StopAfter)
            {
                await stop.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    private void Close(Connection connection)
    {
        if (_options.ResetOnClose)
        {
            connection.Socket.LingerState = new LingerOption(true, 0);
        }
        // close(2): a FIN, if everything received has been read; a reset if not, or if linger is 0.
        connection.Socket.Dispose();
        _journal.Closed(connection, _options.ResetOnClose);
    }

    /// <summary>Closes the listener. Connections end with <see cref="RunAsync"/>.</summary>
    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }
}
