using System.Net;
using System.Net.Sockets;
using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq.Transports;

/// <summary>One attempt: a name resolved, a socket that connects, and how that ends.</summary>
internal sealed partial class Connector
{
    private Socket? _trying;
    private int _resolved;

    /// <summary>Asks the system for a name's addresses; a test has names of its own.</summary>
    internal static Func<string, AddressFamily, IPAddress[]> Resolver { get; set; } = Dns.GetHostAddresses;

    public Socket Socket => _trying!;

    public bool WantsRead => false;

    public bool WantsWrite => _trying is not null;

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

    private void StopTrying()
    {
        if (_trying is not null)
        {
            Reactor.Shared.Unwatch(this);
            _trying.Dispose();
            _trying = null;
        }
    }
}
