using System.Globalization;
using SocketLab.ZeroMq.Internal;
using SocketLab.ZeroMq.Transports;

namespace SocketLab.ZeroMq;

/// <summary>Binding and connecting. Several endpoints of both kinds may be mixed on one socket.</summary>
public abstract partial class ZmqSocket
{
    private readonly Dictionary<string, Listener> _listeners = [];
    private readonly Dictionary<string, Connector> _connectors = [];
    private readonly List<InprocEnd> _inproc = [];

    /// <summary>Listens at an endpoint: <c>tcp://127.0.0.1:5555</c>, <c>tcp://*:0</c>, <c>ipc:///tmp/name</c>, <c>inproc://name</c>.</summary>
    /// <exception cref="AddressAlreadyInUseException">The address is taken.</exception>
    /// <exception cref="InvalidException">The endpoint cannot be understood.</exception>
    /// <exception cref="ProtocolNotSupportedException">The transport is not tcp, ipc or inproc.</exception>
    public void Bind(string address)
    {
        var parsed = Address.Parse(address);
        EnterCall(settles: false);
        try
        {
            if (parsed.IsInproc)
            {
                _inproc.Add(InprocRegistry.Bind(this, parsed.Rest));
                Options.LastEndpoint = address;
                return;
            }
            var listener = new Listener(this, parsed);
            _listeners[listener.Name] = listener;
            Options.LastEndpoint = listener.Name;
            Report(new ZmqEvent { Kind = ZmqEventKind.Listening, Local = listener.Name });
            Reactor.Shared.Post(() => Reactor.Shared.Watch(listener));
        }
        catch (ZmqException error)
        {
            Report(new ZmqEvent { Kind = ZmqEventKind.BindFailed, Local = address, Code = error.ErrorCode, Reason = error.Message });
            throw;
        }
        finally
        {
            LeaveCall();
        }
    }

    /// <summary>Binds to a port that the system chooses. <paramref name="address"/> is without one: <c>tcp://127.0.0.1</c>.</summary>
    /// <returns>The port.</returns>
    public int BindRandomPort(string address)
    {
        Bind($"{address}:0");
        return int.Parse(Options.LastEndpoint![(Options.LastEndpoint!.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>Begins to connect to an endpoint and returns; attempts go on until it succeeds, and again after each end.</summary>
    /// <exception cref="InvalidException">The endpoint cannot be understood.</exception>
    /// <exception cref="ProtocolNotSupportedException">The transport is not tcp, ipc or inproc.</exception>
    public void Connect(string address)
    {
        var parsed = Address.Parse(address);
        EnterCall(settles: false);
        try
        {
            if (parsed.IsInproc)
            {
                _inproc.Add(InprocRegistry.Connect(this, parsed.Rest));
                Options.LastEndpoint = address;
                return;
            }
            _ = parsed.IsIpc ? (object)parsed.UnixEndPoint() : parsed.HostAndPort(binding: false);
            if (_connectors.ContainsKey(address))
            {
                return;
            }
            var connector = new Connector(this, parsed);
            _connectors[address] = connector;
            Options.LastEndpoint = address;
            if (!Options.DelayAttachOnConnect && SocketType is not (ZmqSocketType.Router))
            {
                AddPipe(connector.Pipe);
            }
            Reactor.Shared.Post(connector.Start);
        }
        finally
        {
            LeaveCall();
        }
    }

    /// <summary>
    /// Stops listening at an endpoint and ends the connections that came through it. It may be named as <see cref="SocketOptions.LastEndpoint"/> had
    /// it, or as it was given to <see cref="Bind"/>.
    /// </summary>
    /// <exception cref="EndpointNotFoundException">It is not bound.</exception>
    public void Unbind(string address)
    {
        EnterCall(settles: false);
        try
        {
            string? name = _listeners.ContainsKey(address) ? address : _listeners.Values.FirstOrDefault(l => l.Given == address)?.Name;
            if (name is not null && _listeners.Remove(name, out var listener))
            {
                RunOnReactor(() => listener.Close(withConnections: true));
                return;
            }
            RemoveInproc(address);
        }
        finally
        {
            LeaveCall();
        }
    }

    /// <summary>
    /// Ends the connection to an endpoint and does not try again. Waits at most <see cref="SocketOptions.Linger"/> for what is queued for it;
    /// the rest is dropped, and counted.
    /// </summary>
    /// <exception cref="EndpointNotFoundException">It is not connected.</exception>
    public void Disconnect(string address)
    {
        EnterCall(settles: false);
        try
        {
            if (_connectors.Remove(address, out var connector))
            {
                WaitUntilSent([connector.Pipe], Deadline.After(Options.Linger));
                RunOnReactor(() => connector.Close("disconnected here"));
                return;
            }
            RemoveInproc(address);
        }
        finally
        {
            LeaveCall();
        }
    }

    private void RemoveInproc(string address)
    {
        var end = _inproc.Find(e => $"inproc://{e.Name}" == address)
            ?? throw new EndpointNotFoundException($"{address}: not bound or connected");
        _inproc.Remove(end);
        end.Close();
    }
}
