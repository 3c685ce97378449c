using System.Net;
using System.Net.Sockets;
using SocketLab.Transport.Linux;
using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Udp;

/// <summary>
/// Sends each datagram back to where it came from: socket, bind, then recvfrom and sendto, for ever. There is no listen, no accept and
/// no connection: one socket serves everybody, and each datagram says who sent it. When nobody watches, and the system is Linux,
/// <see cref="BatchEcho"/> does the same with many datagrams a system call.
/// </summary>
public sealed class UdpEchoServer : IAsyncDisposable
{
    private readonly UdpEchoServerOptions _options;
    private readonly UdpJournal _journal;
    private readonly Socket _socket;
    private readonly UdpCounts _counts = new();

    /// <param name="options">Where to bind, and the limits.</param>
    /// <param name="log">The journal; none: nothing is written.</param>
    public UdpEchoServer(UdpEchoServerOptions options, TraceLog? log = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _journal = new UdpJournal(log ?? TraceLog.Off);
        // socket(2): a descriptor and nothing more. No address yet, no packet sent.
        _socket = new Socket(options.EndPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
    }

    /// <summary>Where it is bound, with the port that the kernel chose.</summary>
    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.None, 0);

    /// <summary>Datagrams received.</summary>
    public long Received => Volatile.Read(ref _counts.Received);

    /// <summary>Datagrams sent back.</summary>
    public long Sent => Volatile.Read(ref _counts.Sent);

    /// <summary>Datagrams not answered on purpose (see <see cref="EchoGuard"/>).</summary>
    public long Ignored => Volatile.Read(ref _counts.Ignored);

    /// <summary>Datagrams not answered because their source sent too many a second.</summary>
    public long Limited => Volatile.Read(ref _counts.Limited);

    /// <summary>Datagrams that were longer than the buffer.</summary>
    public long Cut => Volatile.Read(ref _counts.Cut);

    /// <summary>Takes the address: from here on the kernel keeps datagrams for us, up to its receive buffer's size.</summary>
    /// <exception cref="SocketException">The address is in use, not this machine's, or not permitted.</exception>
    public void Start()
    {
        _journal.Created(_options.EndPoint);
        if (_options.EndPoint.Address.Equals(IPAddress.IPv6Any))
        {
            _socket.DualMode = true;
        }
        // bind(2): datagrams to this port are ours. TCP has its own ports: the same number is free there.
        _socket.Bind(_options.EndPoint);
        EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _journal.Bound(EndPoint);
        if (_options.MulticastGroup is { } group)
        {
            // IGMP tells the network's routers that datagrams to the group are wanted here.
            _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(group));
            _journal.Joined(EndPoint, group);
        }
        _journal.Ready(EndPoint);
    }

    /// <summary>Echoes until cancelled, or until <see cref="UdpEchoServerOptions.StopAfter"/> datagrams, on a thread of its own.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        // Closing the socket is what ends a blocking receive.
        using var stop = cancel.Register(_socket.Dispose);
        await Task.Factory.StartNew(() => Run(cancel), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .ConfigureAwait(false);
        _socket.Dispose();
        _journal.Closed(EndPoint);
    }

    private void Run(CancellationToken cancel)
    {
        var guard = new EchoGuard(EndPoint.Port, _options.RatePerSource);
        if (SystemCalls.IsSupported && !_journal.IsOn && !_options.PlainLoop)
        {
            BatchEcho.Run(_socket, _options.BufferBytes, _options.StopAfter, guard, _counts);
            return;
        }
        Echo(guard, cancel);
    }

    private void Echo(EchoGuard guard, CancellationToken cancel)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(_options.BufferBytes);
        var from = new SocketAddress(_options.EndPoint.AddressFamily);
        // On Linux MSG_TRUNC makes recvfrom return a datagram's real length, however little of it fits.
        var flags = OperatingSystem.IsLinux() ? SocketFlags.Truncated : SocketFlags.None;
        var stopAfter = _options.StopAfter > 0 ? _options.StopAfter : long.MaxValue;
        while (!cancel.IsCancellationRequested && _counts.Received < stopAfter)
        {
            try
            {
                // recvfrom(2): exactly one datagram, and who sent it. What does not fit is gone: the next call gets the next datagram.
                var length = _socket.ReceiveFrom(buffer.AsSpan(), flags, from);
                var payload = buffer.AsSpan(0, Math.Min(length, buffer.Length));
                _counts.Received++;
                _journal.Received(EndPoint, from, payload);
                if (length > payload.Length)
                {
                    _counts.Cut++;
                    _journal.Cut(EndPoint, from, length - payload.Length, length);
                }
                var verdict = guard.Judge(from.Buffer.Span[..from.Size], payload);
                if (verdict == Verdict.Answer)
                {
                    // sendto(2): one datagram to that address. Nobody says whether it arrives.
                    _socket.SendTo(payload, SocketFlags.None, from);
                    _counts.Sent++;
                    _journal.Sent(EndPoint, from, payload);
                }
                else
                {
                    _counts.NotAnswered(verdict);
                    _journal.NotAnswered(EndPoint, from, verdict);
                }
            }
            catch (SocketException e) when (!cancel.IsCancellationRequested)
            {
                // Somebody's ICMP error (their port is closed by now), or a datagram longer than a buffer on Windows: theirs, not ours.
                if (e.SocketErrorCode == SocketError.MessageSize)
                {
                    _counts.Cut++;
                }
                _journal.Failed(EndPoint, e);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return; // closed, since we are to stop
            }
        }
    }

    /// <summary>Sends one datagram of the server's own accord, as nothing but a test of forged sources needs.</summary>
    internal void SendTo(ReadOnlySpan<byte> payload, IPEndPoint to) => _socket.SendTo(payload, to);

    /// <summary>Closes the socket.</summary>
    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
