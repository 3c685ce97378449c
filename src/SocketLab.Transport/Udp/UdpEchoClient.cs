using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Udp;

/// <summary>
/// Sends datagrams and waits for their echoes: socket, sendto, recvfrom. The first sendto binds the socket to a port that the kernel
/// chooses; nothing needs to be there at the other end. A reply that belongs to an earlier message is told by its bytes and
/// passed over; of two messages with the same bytes nobody can tell which one a reply belongs to.
/// </summary>
public sealed partial class UdpEchoClient : IAsyncDisposable
{
    private const int MostRemembered = 1024;

    private readonly UdpEchoClientOptions _options;
    private readonly TraceLog _log;
    private readonly Queue<byte[]> _earlier = [];
    private readonly byte[] _buffer;
    private Socket? _socket;
    private IPEndPoint _to = new(IPAddress.None, 0);

    /// <param name="options">Where to, and how.</param>
    /// <param name="log">The journal; none: nothing is written.</param>
    public UdpEchoClient(UdpEchoClientOptions options, TraceLog? log = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _log) = (options, log ?? TraceLog.Off);
        _buffer = new byte[options.BufferBytes];
    }

    /// <summary>This side's end point; known after the first send, which binds it.</summary>
    public IPEndPoint? LocalEndPoint => _socket?.LocalEndPoint as IPEndPoint;

    private Socket Socket => _socket ?? throw new InvalidOperationException("open first");

    /// <summary>Makes the socket. Nothing is sent, and nothing is known of the server yet.</summary>
    /// <exception cref="SocketException">No such host, or an option that the system does not allow.</exception>
    public async Task OpenAsync(CancellationToken cancel)
    {
        var addresses = await HostAddresses.OfAsync(_options.Host, cancel).ConfigureAwait(false);
        // With no connection nobody tells us that an address was wrong: IPv4 first, as most lab servers bind it.
        _to = new IPEndPoint(addresses.OrderBy(one => one.AddressFamily).First(), _options.Port);
        // socket(2): a descriptor and nothing more.
        _socket = new Socket(_to.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        Created();
        if (_options.Broadcast)
        {
            _socket.EnableBroadcast = true;
            BroadcastAllowed();
        }
        if (_options.Connected)
        {
            // connect(2) on a datagram socket sends nothing: it fixes the peer, and lets ICMP errors through to us.
            await _socket.ConnectAsync(_to, cancel).ConfigureAwait(false);
            PeerFixed();
        }
    }

    /// <summary>Sends one datagram and waits for its echo.</summary>
    /// <returns>The reply; null: silence until the time-out, which says nothing about why.</returns>
    /// <exception cref="SocketException">
    /// MessageSize: longer than a datagram can be. ConnectionRefused, on a connected socket: ICMP said that nobody has that port.
    /// </exception>
    public async Task<UdpReply?> EchoAsync(ReadOnlyMemory<byte> message, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            // sendto(2): one datagram, whole or not at all. It succeeds whether or not anybody is there.
            _ = _options.Connected
                ? await Socket.SendAsync(message, cancel).ConfigureAwait(false)
                : await Socket.SendToAsync(message, _to, cancel).ConfigureAwait(false);
            Sent(message.Span);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            deadline.CancelAfter(_options.Timeout);
            try
            {
                return await ReceiveReplyAsync(message, start, deadline.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                TimedOut();
                return null;
            }
        }
        catch (SocketException e)
        {
            Failed(e);
            throw;
        }
        finally
        {
            Remember(message);
        }
    }

    private async Task<UdpReply> ReceiveReplyAsync(ReadOnlyMemory<byte> message, long start, CancellationToken cancel)
    {
        // On Linux MSG_TRUNC makes recvfrom return a datagram's real length, however little of it fits.
        var flags = OperatingSystem.IsLinux() ? SocketFlags.Truncated : SocketFlags.None;
        var sender = new SocketAddress(_to.AddressFamily);
        while (true)
        {
            // recvfrom(2): exactly one datagram, and who sent it.
            var length = await Socket.ReceiveFromAsync(_buffer, flags, sender, cancel).ConfigureAwait(false);
            var from = (IPEndPoint)_to.Create(sender);
            var payload = _buffer.AsMemory(0, Math.Min(length, _buffer.Length));
            Received(from, payload.Span, length);
            if (WhyNot(message.Span, payload.Span, from) is { } reason)
            {
                Ignored(from, reason);
                continue;
            }
            return new UdpReply(payload.ToArray(), from, length - payload.Length, Stopwatch.GetElapsedTime(start));
        }
    }

    /// <summary>Why a datagram is not the current message's reply; null: it may be.</summary>
    private string? WhyNot(ReadOnlySpan<byte> message, ReadOnlySpan<byte> reply, IPEndPoint from)
    {
        if (!IsToMany && !from.Equals(_to))
        {
            return "from somebody whom we did not ask";
        }
        if (IsEchoOf(message, reply))
        {
            return null;
        }
        foreach (var one in _earlier)
        {
            if (IsEchoOf(one, reply))
            {
                return "a late or doubled reply to an earlier message";
            }
        }
        return null;
    }

    /// <summary>All of the message, or as much of it as our buffer holds.</summary>
    private bool IsEchoOf(ReadOnlySpan<byte> message, ReadOnlySpan<byte> reply) =>
        message.StartsWith(reply) && (reply.Length == message.Length || reply.Length == _options.BufferBytes);

    private bool IsToMany => _options.Broadcast || _to.Address.GetAddressBytes() is [>= 224 and <= 239, _, _, _];

    private void Remember(ReadOnlyMemory<byte> message)
    {
        if (_earlier.Count == MostRemembered)
        {
            _earlier.Dequeue();
        }
        _earlier.Enqueue(message.ToArray());
    }

    /// <summary>Closes the socket; the server is not told.</summary>
    public ValueTask DisposeAsync()
    {
        if (_socket is not null)
        {
            _socket.Dispose();
            Closed();
            _socket = null;
        }
        return ValueTask.CompletedTask;
    }
}
