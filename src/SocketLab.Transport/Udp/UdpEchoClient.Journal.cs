using System.Net;
using System.Net.Sockets;
using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Udp;

// What the client's journal says. Each method returns at once when nobody reads.
public sealed partial class UdpEchoClient
{
    private long _sent;
    private long _received;

    private void Created()
    {
        if (_log.IsOn)
        {
            _log.Write(new TraceEvent { Kind = TraceKind.Create, Note = $"datagram socket, {(_to.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4")}" });
        }
    }

    private void BroadcastAllowed()
    {
        if (_log.IsOn)
        {
            _log.Write(new TraceEvent { Kind = TraceKind.Option, Note = "SO_BROADCAST on" });
        }
    }

    private void PeerFixed()
    {
        if (_log.IsOn)
        {
            _log.Write(About(TraceKind.Connect, _to) with { Note = "no packet is sent: the peer is fixed, and ICMP errors will be heard" });
        }
    }

    private void Sent(ReadOnlySpan<byte> message)
    {
        _sent++;
        if (_log.IsOn)
        {
            _log.Write(About(TraceKind.Send, _to) with { Direction = TraceDirection.Out, Ordinal = _sent, Bytes = message.Length }, message);
        }
    }

    private void Received(IPEndPoint from, ReadOnlySpan<byte> payload, int length)
    {
        _received++;
        if (!_log.IsOn)
        {
            return;
        }
        _log.Write(About(TraceKind.Receive, from) with { Direction = TraceDirection.In, Ordinal = _received, Bytes = payload.Length }, payload);
        if (length > payload.Length)
        {
            _log.Write(About(TraceKind.Cut, from) with
            {
                Ordinal = _received,
                Count = length - payload.Length,
                Note = $"the datagram had {length:N0} bytes: {length - payload.Length:N0} did not fit the buffer and are gone",
            });
        }
    }

    private void Ignored(IPEndPoint from, string reason)
    {
        if (_log.IsOn)
        {
            _log.Write(About(TraceKind.Ignored, from) with { Note = reason });
        }
    }

    private void TimedOut()
    {
        if (_log.IsOn)
        {
            _log.Write(About(TraceKind.Timeout, _to) with
            {
                Note = $"silence for {_options.Timeout.TotalSeconds:0.###} s: UDP does not say whether the datagram or its echo was lost, or nobody is there",
            });
        }
    }

    private void Failed(SocketException e)
    {
        if (_log.IsOn)
        {
            var written = SocketErrors.Event(e) with { Local = LocalEndPoint?.ToString(), Peer = _to.ToString() };
            _log.Write(e.SocketErrorCode == SocketError.ConnectionRefused
                ? written with { Kind = TraceKind.Unreachable, Note = "ICMP port unreachable: nobody has that port" }
                : written);
        }
    }

    private void Closed()
    {
        if (_log.IsOn)
        {
            _log.Write(new TraceEvent { Kind = TraceKind.Close });
        }
    }

    private TraceEvent About(TraceKind kind, IPEndPoint peer) => new() { Kind = kind, Local = LocalEndPoint?.ToString(), Peer = peer.ToString() };
}
