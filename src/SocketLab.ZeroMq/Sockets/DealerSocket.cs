using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq.Sockets;

/// <summary>DEALER (RFC 28): sends to its peers in turn, receives from them in turn, in any order. Towards REP, put an empty frame first.</summary>
public class DealerSocket : ZmqSocket
{
    private RoundRobin _out;

    /// <summary>A DEALER socket; <paramref name="connectionString"/> connects unless its addresses say <c>@</c>.</summary>
    public DealerSocket(string? connectionString = null) : base(ZmqSocketType.Dealer) => Open(connectionString, Link);

    private protected override bool CanSendNow() => RoundRobin.AnyCanWrite(Pipes);

    private protected override bool TrySendNow(Span<Msg> message) => _out.TrySend(Pipes, message, out _);

    private protected override bool TryTake(ref Msg msg) => FairTakeFromAny(ref msg);
}
