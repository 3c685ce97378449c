using System.Net;
using System.Net.Sockets;
using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Udp;

/// <summary>What the server's journal says. Each method returns at once when nobody reads.</summary>
internal sealed class UdpJournal(TraceLog log)
{
    private const int MostFlows = 65_536;
    private readonly Dictionary<SocketAddress, Flow> _flows = [];

    public bool IsOn => log.IsOn;

    public void Created(IPEndPoint wanted) => Write(TraceKind.Create, null,
        $"datagram socket, {(wanted.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4")}");

    public void Bound(IPEndPoint local) => Write(TraceKind.Bind, local, null);

    public void Joined(IPEndPoint local, IPAddress group) => Write(TraceKind.Option, local, $"IP_ADD_MEMBERSHIP {group}");

    public void Ready(IPEndPoint local) => Write(TraceKind.Ready, local, "waiting for datagrams");

    public void Closed(IPEndPoint local) => Write(TraceKind.Close, local, null);

    public void Failed(IPEndPoint local, SocketException e)
    {
        if (log.IsOn)
        {
            var written = SocketErrors.Event(e) with { Local = local.ToString() };
            log.Write(e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset
                ? written with { Kind = TraceKind.Unreachable, Note = "ICMP port unreachable for an earlier datagram of ours" }
                : written);
        }
    }

    public void Received(IPEndPoint local, SocketAddress from, ReadOnlySpan<byte> payload)
    {
        if (log.IsOn)
        {
            var flow = FlowOf(local, from);
            log.Write(About(local, flow, TraceKind.Receive) with { Direction = TraceDirection.In, Ordinal = ++flow.In, Bytes = payload.Length }, payload);
        }
    }

    public void Sent(IPEndPoint local, SocketAddress to, ReadOnlySpan<byte> payload)
    {
        if (log.IsOn)
        {
            var flow = FlowOf(local, to);
            log.Write(About(local, flow, TraceKind.Send) with { Direction = TraceDirection.Out, Ordinal = ++flow.Out, Bytes = payload.Length }, payload);
        }
    }

    public void Cut(IPEndPoint local, SocketAddress from, int cutBytes, int length)
    {
        if (log.IsOn)
        {
            var flow = FlowOf(local, from);
            log.Write(About(local, flow, TraceKind.Cut) with
            {
                Ordinal = flow.In,
                Count = cutBytes,
                Note = $"the datagram had {length:N0} bytes: {cutBytes:N0} did not fit the buffer and are gone",
            });
        }
    }

    public void NotAnswered(IPEndPoint local, SocketAddress from, Verdict verdict)
    {
        if (log.IsOn)
        {
            log.Write(About(local, FlowOf(local, from), verdict == Verdict.TooFast ? TraceKind.Limit : TraceKind.Ignored) with { Note = EchoGuard.Words(verdict) });
        }
    }

    private static TraceEvent About(IPEndPoint local, Flow flow, TraceKind kind) => new() { Kind = kind, Local = local.ToString(), Peer = flow.Peer };

    private void Write(TraceKind kind, IPEndPoint? local, string? note)
    {
        if (log.IsOn)
        {
            log.Write(new TraceEvent { Kind = kind, Local = local?.ToString(), Note = note });
        }
    }

    private Flow FlowOf(IPEndPoint local, SocketAddress from)
    {
        if (!_flows.TryGetValue(from, out var flow))
        {
            var key = new SocketAddress(from.Family, from.Size);
            from.Buffer.Span[..from.Size].CopyTo(key.Buffer.Span);
            flow = new Flow(local.Create(key).ToString()!);
            if (_flows.Count >= MostFlows)
            {
                _flows.Clear(); // spoofed sources must not cost memory; the ordinals of the others begin again
            }
            _flows.Add(key, flow);
        }
        return flow;
    }

    /// <summary>How many datagrams went each way between us and one peer.</summary>
    private sealed class Flow(string peer)
    {
        public string Peer { get; } = peer;

        public long In { get; set; }

        public long Out { get; set; }
    }
}
