using System.Net;
using System.Net.Sockets;
using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq.Transports;

/// <summary>
/// A connected endpoint: tries, and tries again with a growing wait, and says why each time. Names are resolved at each attempt. Its
/// pipe, and what is queued in it, outlives the connections.
/// </summary>
internal sealed class Connector(ZmqSocket owner, Address address) : IReady
{
    private const int LongestWaitMs = 5000;

    /// <summary>Asks the system for a name's addresses; a test has names of its own.</summary>
    internal static Func<string, AddressFamily, IPAddress[]> Resolver { get; set; } = Dns.GetHostAddresses;

    private Socket? _trying;
    private Connection? _connection;
    private ReactorTimer? _timer;
    private bool _closed;
    private double _waitMs;
    private int _resolved;

    public StreamPipe Pipe { get; } = new(owner, address.Text);

    public string Name { get; } = address.Text;

    public Socket Socket => _trying!;

    public bool WantsRead => false;

    public bool WantsWrite => _trying is not null;

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

    public void OnReadable()
    {
    }

    /// <summary>The attempt has come to its end, one way or the other.</summary>
    public void OnWritable()
    {
        var socket = _trying!;
        var error = (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        if (error != SocketError.Success)
        {
            StopTrying();
            Retry(Reasons.Of(error));
            return;
        }
        Reactor.Shared.Unwatch(this);
        _trying = null;
        Made(socket);
    }

    public void OnFault(Exception error)
    {
        StopTrying();
        Retry(Reasons.Of(error));
    }

    private void Resolve(string host, int port)
    {
        IPAddress[] found = [];
        string reason = "no such host";
        try
        {
            found = Resolver(host, owner.Options.IPv4Only ? AddressFamily.InterNetwork : AddressFamily.Unspecified);
        }
        catch (Exception error)
        {
            reason = Reasons.Of(error);
        }
        Reactor.Shared.Post(() =>
        {
            if (_closed)
            {
                return;
            }
            if (found.Length > 0)
            {
                // A name may have several addresses, and the server be at one of them only: the next attempt takes the next.
                Try(new IPEndPoint(found[_resolved++ % found.Length], port));
            }
            else
            {
                Retry(reason);
            }
        });
    }

    private void Try(EndPoint endpoint)
    {
        var socket = SocketSettings.New(endpoint);
        try
        {
            SocketSettings.Apply(socket, owner.Options);
            socket.Connect(endpoint);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            if (endpoint is UnixDomainSocketEndPoint)
            {
                // A full backlog; there is nothing to wait for on this socket.
                socket.Dispose();
                Retry("the listener's backlog is full");
                return;
            }
            _trying = socket;
            Reactor.Shared.Watch(this);
            return;
        }
        catch (Exception error)
        {
            socket.Dispose();
            Retry(Reasons.Of(error));
            return;
        }
        Made(socket);
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

    private void StopTrying()
    {
        if (_trying is not null)
        {
            Reactor.Shared.Unwatch(this);
            _trying.Dispose();
            _trying = null;
        }
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
