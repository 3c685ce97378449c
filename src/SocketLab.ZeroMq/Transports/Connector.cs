using System.Net;
using System.Net.Sockets;
using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq.Transports;

/// <summary>
/// A connected endpoint: tries, and tries again with a growing wait, and says why each time. Names are resolved at each attempt. Its
/// pipe, and what is queued in it, outlives the connections.
/// </summary>
internal sealed partial class Connector(ZmqSocket owner, Address address) : IReady
{
    private const int LongestWaitMs = 5000;

    private Connection? _connection;
    private ReactorTimer? _timer;
    private bool _closed;
    private double _waitMs;

    public StreamPipe Pipe { get; } = new(owner, address.Text);

    public string Name { get; } = address.Text;

    /// <summary>Whether what is queued may still get away.</summary>
    public bool IsAlive => !_closed;

    /// <summary>On the reactor's thread.</summary>
    public void Start()
    {
        if (_closed)
        {
            return;
        }
        owner.Report(new ZmqEvent { Kind = ZmqEventKind.Connecting, Remote = Name });
        if (address.IsIpc)
        {
            Try(address.UnixEndPoint());
            return;
        }
        var (host, port) = address.HostAndPort(binding: false);
        if (IPAddress.TryParse(host, out var ip))
        {
            Try(new IPEndPoint(ip, port));
            return;
        }
        ThreadPool.UnsafeQueueUserWorkItem(_ => Resolve(host, port), null);
    }

    /// <summary>On the reactor's thread.</summary>
    public void Close(string reason)
    {
        _closed = true;
        _timer?.Cancel();
        StopTrying();
        _connection?.Close(reason);
        owner.Detach(Pipe);
    }

    private void Made(Socket socket)
    {
        string remote = Name, local = Name;
        try
        {
            remote = Connection.EndpointName(socket.RemoteEndPoint, Name);
            local = Connection.EndpointName(socket.LocalEndPoint, Name);
        }
        catch (SocketException)
        {
            // Reset already: the connection's first call says so.
        }
        _connection = new Connection(owner, socket, Pipe, local, remote, Ended);
        _connection.Report(new ZmqEvent { Kind = ZmqEventKind.Connected });
        _connection.Start();
    }

    private void Ended(Connection connection, string reason)
    {
        if (connection.WasInTraffic)
        {
            _waitMs = 0;
        }
        _connection = null;
        owner.OnDisconnected(Pipe);
        if (connection.IsUnwanted)
        {
            GiveUp(reason);
            return;
        }
        // A peer of the wrong kind will not be another one in a tenth of a second.
        Retry(reason, connection.WasInTraffic ? 0 : LongestWaitMs);
    }

    /// <summary>After the peer's ERROR the same again would bring the same answer (RFC 37): the endpoint stays, and does nothing more.</summary>
    private void GiveUp(string reason)
    {
        if (_closed)
        {
            return;
        }
        _closed = true;
        owner.Detach(Pipe);
        owner.Report(new ZmqEvent { Kind = ZmqEventKind.Closed, Remote = Name, Reason = $"{reason}; it will not be tried again" });
    }

    /// <summary>wait = current + random(0..interval), and current doubles up to the greatest (as libzmq has it).</summary>
    private void Retry(string reason, double atLeastUpToMs = 0)
    {
        double interval = owner.Options.ReconnectInterval.TotalMilliseconds;
        if (_closed || interval < 0)
        {
            return;
        }
        _waitMs = _waitMs == 0 ? interval : _waitMs;
        int wait = (int)(_waitMs + (Random.Shared.NextDouble() * interval));
        double most = Math.Max(owner.Options.ReconnectIntervalMax.TotalMilliseconds, atLeastUpToMs);
        _waitMs = most > interval ? Math.Min(_waitMs * 2, most) : interval;
        owner.Report(new ZmqEvent
        {
            Kind = ZmqEventKind.Retrying,
            Remote = Name,
            Wait = TimeSpan.FromMilliseconds(wait),
            Reason = reason,
        });
        _timer = Reactor.Shared.After(wait, Start);
    }
}
