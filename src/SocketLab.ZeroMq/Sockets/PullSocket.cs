namespace SocketLab.ZeroMq.Sockets;

/// <summary>PULL (RFC 30): receives from the connected PUSH sockets in turn.</summary>
public class PullSocket : ZmqSocket
{
    /// <summary>A PULL socket; <paramref name="connectionString"/> binds unless its addresses say <c>&gt;</c>.</summary>
    public PullSocket(string? connectionString = null) : base(ZmqSocketType.Pull) => Open(connectionString, Attach);

    /// <summary>PULL sockets do not send.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override bool TrySend(ref Msg msg, TimeSpan timeout, bool more) =>
        throw new NotSupportedException("a PULL socket only receives");

    private protected override bool MaySend => false;

    private protected override bool CanSendNow() => false;

    private protected override bool TrySendNow(Span<Msg> message) => false;

    private protected override bool TryTake(ref Msg msg) => FairTakeFromAny(ref msg);
}
