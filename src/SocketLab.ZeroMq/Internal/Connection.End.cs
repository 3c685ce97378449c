using System.Net.Sockets;

namespace SocketLab.ZeroMq.Internal;

/// <summary>The end: once, for one reason, on the reactor's thread; what it costs is counted, and the peer is not cut off in the middle.</summary>
internal sealed partial class Connection
{
    private int _failed;
    private bool _closedHere;

    public bool WasInTraffic { get; private set; }

    /// <summary>Ends the connection, once, and says why.</summary>
    public void Fail(string reason)
    {
        if (Interlocked.Exchange(ref _failed, 1) == 0)
        {
            if (Reactor.Shared.IsCurrent)
            {
                End(reason);
            }
            else
            {
                Reactor.Shared.Post(() => End(reason));
            }
        }
    }

    /// <summary>Ends the connection because this side is done with it: what was handed to the system is still delivered.</summary>
    public void Close(string reason)
    {
        _closedHere = true;
        Fail(reason);
    }

    private void End(string reason)
    {
        bool wasInTraffic = WasInTraffic = _phase == Phase.Traffic;
        _phase = Phase.Closed;
        _heartbeat?.Cancel();
        _deadline?.Cancel();
        Reactor.Shared.Unwatch(this);
        Owner.RemoveConnection(this);
        if (_closedHere && Pipe.HasSent && Socket.AddressFamily != AddressFamily.Unix && Owner.Options.Linger != TimeSpan.Zero)
        {
            new Parting(Owner, Socket).Begin();
        }
        else
        {
            CloseSocket();
        }
        int lost = wasInTraffic ? Pipe.GoOffline() : 0;
        if (lost > 0)
        {
            Report(new ZmqEvent { Kind = ZmqEventKind.Dropped, Count = lost, Drop = ZmqDropKind.PeerGone, Reason = "cut by the end of the connection" });
        }
        Report(new ZmqEvent
        {
            Kind = wasInTraffic ? ZmqEventKind.Disconnected : ZmqEventKind.HandshakeFailed,
            Reason = reason,
            PeerSocketType = _peerType,
        });
        if (!wasInTraffic)
        {
            Report(new ZmqEvent { Kind = ZmqEventKind.Disconnected, Reason = reason });
        }
        _ended(this, reason);
    }

    /// <summary>Bytes that were read but not asked for would turn the end into a reset, and cost the peer what is under way: take them.</summary>
    private void CloseSocket()
    {
        try
        {
            Span<byte> sink = stackalloc byte[1024];
            for (int i = 0; i < 1024 && Socket.Receive(sink, SocketFlags.None, out var error) > 0 && error == SocketError.Success; i++)
            {
            }
            Socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It is gone already, which is what was wanted.
        }
        Socket.Dispose();
    }
}
