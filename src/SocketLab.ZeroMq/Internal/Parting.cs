using System.Net.Sockets;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// The last of a tcp connection that was closed here after messages had been sent on it. Closed at once, it would answer the peer's next
/// PONG with a reset, and a reset throws away what still waits in the system's send buffer. So only our direction is ended (FIN), and
/// what comes is read and thrown away until the peer has ended its own.
/// </summary>
internal sealed class Parting(ZmqSocket owner, Socket socket) : IReady
{
    private const int PatienceMs = 30_000, LongestLookMs = 50;
    private const byte FinWait1 = 4, LastAck = 9, Closing = 11;
    private readonly Deadline _deadline = Deadline.After(TimeSpan.FromMilliseconds(PatienceMs));
    private ReactorTimer? _timer;
    private bool _delivered, _ended;
    private int _waitMs = 1;

    public Socket Socket { get; } = socket;

    public bool WantsRead => true;

    public bool WantsWrite => false;

    /// <summary>On the reactor's thread, once.</summary>
    public void Begin()
    {
        owner.PartingBegins();
        Reactor.Shared.Watch(this);
        try
        {
            Socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            End();
            return;
        }
        OnReadable();
        Look();
    }

    public void OnReadable()
    {
        Span<byte> sink = stackalloc byte[1024];
        for (int i = 0; i < 1024 && !_ended; i++)
        {
            int n = Socket.Receive(sink, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                return;
            }
            if (n == 0 || error != SocketError.Success)
            {
                End();
            }
        }
    }

    public void OnWritable()
    {
    }

    public void OnFault(Exception error) => End();

    private void Look()
    {
        if (_ended)
        {
            return;
        }
        if (!_delivered && IsDelivered())
        {
            _delivered = true;
            owner.PartingIsDelivered();
        }
        if (_deadline.RemainingMs == 0)
        {
            End();
            return;
        }
        _waitMs = _delivered ? _deadline.RemainingMs : Math.Min(_waitMs * 2, LongestLookMs);
        _timer = Reactor.Shared.After(_waitMs, Look);
    }

    /// <summary>
    /// Whether the peer's system has acknowledged all that we sent, the FIN included: the connection's state says so (tcp(7), TCP_INFO, whose
    /// first octet it is). Where that cannot be asked, nobody waits for it.
    /// </summary>
    private bool IsDelivered()
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }
        const int Tcp = 6, TcpInfo = 11;
        Span<byte> state = stackalloc byte[1];
        return Socket.GetRawSocketOption(Tcp, TcpInfo, state) < 1 || state[0] is not (FinWait1 or LastAck or Closing);
    }

    private void End()
    {
        if (_ended)
        {
            return;
        }
        _ended = true;
        _timer?.Cancel();
        Reactor.Shared.Unwatch(this);
        Socket.Dispose();
        if (!_delivered)
        {
            owner.PartingIsDelivered();
        }
    }
}
