using System.Net;
using System.Net.Sockets;

namespace SocketLab.Transport.Tcp;

/// <summary>Who is connected, within which limits: in all, from one address, and for how long in silence.</summary>
internal sealed class ConnectionTable(TcpEchoServerOptions options)
{
    private readonly Lock _gate = new();
    private readonly HashSet<Connection> _open = [];
    private readonly Dictionary<IPAddress, int> _perAddress = [];
    private TaskCompletionSource _room = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _accepted;
    private long _refused;
    private long _done;
    private long _bytesIn;
    private long _bytesOut;
    private int _openCount;

    public long Accepted => Volatile.Read(ref _accepted);

    public long Refused => Volatile.Read(ref _refused);

    public int Open => Volatile.Read(ref _openCount);

    public long BytesIn => Volatile.Read(ref _bytesIn);

    public long BytesOut => Volatile.Read(ref _bytesOut);

    public void Count(long bytesIn, long bytesOut)
    {
        Interlocked.Add(ref _bytesIn, bytesIn);
        Interlocked.Add(ref _bytesOut, bytesOut);
    }

    /// <summary>Counts a connection in, or says which limit it is over. Addresses mapped into IPv6 count as what they are.</summary>
    public bool TryEnter(IPAddress address, out string limit)
    {
        address = Plain(address);
        lock (_gate)
        {
            _perAddress.TryGetValue(address, out var fromThere);
            limit = _openCount >= options.MaxConnections ? $"refused: {options.MaxConnections:N0} connections are open already"
                : fromThere >= options.MaxConnectionsPerAddress ? $"refused: {fromThere:N0} connections from {address} are open already"
                : "";
            if (limit.Length > 0)
            {
                _refused++;
                return false;
            }
            _perAddress[address] = fromThere + 1;
            _openCount++;
            _accepted++;
            return true;
        }
    }

    /// <summary>Counts a connection out; how many have come and gone by now.</summary>
    public long Leave(IPAddress address)
    {
        address = Plain(address);
        lock (_gate)
        {
            if (--_perAddress[address] == 0)
            {
                _perAddress.Remove(address);
            }
            _openCount--;
            _room.TrySetResult();
            return ++_done;
        }
    }

    /// <summary>The connection, counted in; or null: it was over a limit and is reset.</summary>
    public Connection? TryAdmit(Socket peer, TcpJournal journal)
    {
        Connection connection;
        try
        {
            connection = new Connection(peer, journal.NextConnection(), this);
        }
        catch (SocketException)
        {
            // It was reset before we could ask for its address (ENOTCONN): nobody is there any more.
            peer.Dispose();
            return null;
        }
        if (!TryEnter(connection.Peer.Address, out var limit))
        {
            journal.Limited(connection, limit);
            peer.Close(0); // linger 0: a reset says at once that nobody will serve it
            return null;
        }
        lock (_gate)
        {
            _open.Add(connection);
        }
        journal.Accepted(connection);
        return connection;
    }

    /// <summary>Takes a connection off the table; how many have come and gone by now. Asking twice counts once.</summary>
    public long Remove(Connection connection)
    {
        lock (_gate)
        {
            if (!_open.Remove(connection))
            {
                return _done;
            }
        }
        return Leave(connection.Peer.Address);
    }

    /// <summary>Waits until a connection has gone, or a moment has passed: descriptors may come free elsewhere too.</summary>
    public async Task WaitForRoomAsync(CancellationToken cancel)
    {
        Task room;
        lock (_gate)
        {
            if (_room.Task.IsCompleted)
            {
                _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            room = _room.Task;
        }
        await Task.WhenAny(room, Task.Delay(500, cancel)).ConfigureAwait(false);
    }

    /// <summary>Closes what has been silent for too long, until cancelled.</summary>
    public async Task CloseIdleAsync(TcpJournal journal, CancellationToken cancel)
    {
        if (options.IdleTimeout <= TimeSpan.Zero)
        {
            return;
        }
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(Math.Clamp(options.IdleTimeout.TotalMilliseconds / 4, 10, 1000)));
        try
        {
            while (await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false))
            {
                var oldest = Environment.TickCount64 - (long)options.IdleTimeout.TotalMilliseconds;
                foreach (var connection in OpenNow().Where(one => one.LastActiveMs < oldest))
                {
                    var reason = $"closed: silent for {options.IdleTimeout.TotalSeconds:0.###} s";
                    journal.Limited(connection, reason);
                    connection.End(reason);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>Closes all, and waits for their loops to have noticed, for one second at most.</summary>
    public async Task CloseAllAsync()
    {
        foreach (var connection in OpenNow())
        {
            connection.End("the server stops");
        }
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        while (Open > 0 && !patience.IsCancellationRequested)
        {
            await WaitForRoomAsync(patience.Token).ConfigureAwait(false);
        }
    }

    private Connection[] OpenNow()
    {
        lock (_gate)
        {
            return [.. _open];
        }
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
