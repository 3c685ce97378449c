using System.Net;
using System.Net.Sockets;
using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq.Transports;

/// <summary>A bound tcp or ipc endpoint: accepts, and makes a connection with a pipe of its own for each peer.</summary>
internal sealed class Listener : IReady
{
    private readonly ZmqSocket _owner;
    private readonly string? _ownedPath;
    private readonly HashSet<Connection> _connections = [];
    private bool _resting;

    public Listener(ZmqSocket owner, Address address)
    {
        _owner = owner;
        Given = address.Text;
        var endpoint = address.ToBind(owner.Options.IPv4Only);
        Socket = Open(owner.Options, address, endpoint);
        if (address.IsIpc)
        {
            Name = address.Text;
            _ownedPath = address.Rest.StartsWith('@') ? null : address.Rest;
        }
        else
        {
            var bound = (IPEndPoint)Socket.LocalEndPoint!;
            string host = address.HostAndPort(true).Host == "*" ? "0.0.0.0" : bound.Address.ToString();
            Name = host == "0.0.0.0" && bound.AddressFamily == AddressFamily.InterNetworkV6
                ? $"tcp://[::]:{bound.Port}"
                : $"tcp://{new IPEndPoint(bound.Address, bound.Port)}";
        }
    }

    /// <summary>The endpoint in the words of the program.</summary>
    public string Given { get; }

    /// <summary>The endpoint with the port that the system chose.</summary>
    public string Name { get; }

    public Socket Socket { get; }

    public bool WantsRead => !_resting;

    public bool WantsWrite => false;

    public void OnReadable()
    {
        for (int i = 0; i < 64; i++)
        {
            Socket peer;
            try
            {
                peer = Socket.Accept();
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.WouldBlock)
            {
                return;
            }
            try
            {
                Welcome(peer);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // It went away between the accept and the first call on it.
                peer.Dispose();
            }
        }
    }

    /// <summary>Accepting failed (too many open files, most often): rest a little instead of turning in circles.</summary>
    public void OnFault(Exception error)
    {
        _owner.Report(new ZmqEvent { Kind = ZmqEventKind.AcceptFailed, Local = Name, Reason = Reasons.Of(error) });
        _resting = true;
        Reactor.Shared.After(100, () => _resting = false);
    }

    public void OnWritable()
    {
    }

    /// <summary>On the reactor's thread.</summary>
    public void Close(bool withConnections)
    {
        Reactor.Shared.Unwatch(this);
        Socket.Dispose();
        if (_ownedPath is not null)
        {
            IpcFile.Remove(_ownedPath);
        }
        _owner.Report(new ZmqEvent { Kind = ZmqEventKind.Closed, Local = Name });
        if (withConnections)
        {
            foreach (var connection in _connections.ToArray())
            {
                connection.Close("closed here");
            }
        }
    }

    private void Welcome(Socket peer)
    {
        SocketSettings.Apply(peer, _owner.Options);
        string remote = Connection.EndpointName(peer.RemoteEndPoint, Name);
        string local = Connection.EndpointName(peer.LocalEndPoint, Name);
        var pipe = new StreamPipe(_owner, remote);
        var connection = new Connection(_owner, peer, pipe, local, remote, Ended);
        _connections.Add(connection);
        connection.Report(new ZmqEvent { Kind = ZmqEventKind.Accepted });
        if (_owner.IsDisposed)
        {
            connection.Fail("closed here");
            return;
        }
        connection.Start();
    }

    private void Ended(Connection connection, string reason)
    {
        _connections.Remove(connection);
        _owner.Detach(connection.Pipe);
    }

    private static Socket Open(SocketOptions options, Address address, EndPoint endpoint)
    {
        var socket = SocketSettings.New(endpoint);
        try
        {
            if (address.IsIpc && !address.Rest.StartsWith('@'))
            {
                IpcFile.MakeRoom(address, endpoint);
            }
            else if (!address.IsIpc)
            {
                SocketSettings.AllowTimeWait(socket);
                if (endpoint is IPEndPoint { AddressFamily: AddressFamily.InterNetworkV6 } any && any.Address.Equals(IPAddress.IPv6Any))
                {
                    socket.DualMode = true;
                }
            }
            socket.Bind(endpoint);
            if (address.IsIpc && !address.Rest.StartsWith('@'))
            {
                IpcFile.Protect(address.Rest);
            }
            socket.Listen(options.Backlog);
            socket.Blocking = false;
            return socket;
        }
        catch (SocketException error)
        {
            socket.Dispose();
            string message = $"bind {address.Text}: {Reasons.Of(error.SocketErrorCode)}";
            throw error.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? new AddressAlreadyInUseException(error, message)
                : new ZmqException(ZmqException.CodeOf(error.SocketErrorCode), message, error);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
