using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq.Sockets;

/// <summary>
/// PUSH (RFC 30): each message to one of the connected PULL sockets in turn; waits while there is none with room. A peer that dies takes with
/// it what had been handed to the system (counted as sent), at most what both systems' buffers and its own queue hold; what still waited for
/// it here is dropped and counted, and nothing is sent twice (see <see cref="ZmqSocket.GonePeers"/>).
/// </summary>
public class PushSocket : ZmqSocket
{
    private RoundRobin _out;

    /// <summary>A PUSH socket; <paramref name="connectionString"/> connects unless its addresses say <c>@</c>.</summary>
    public PushSocket(string? connectionString = null) : base(ZmqSocketType.Push) => Open(connectionString, Link);

    /// <summary>PUSH sockets do not receive.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override bool TryReceive(ref Msg msg, TimeSpan timeout) => throw new NotSupportedException("a PUSH socket only sends");

    internal override bool TakesMessageOnArrival(Pipe pipe, ReadOnlySpan<byte> wire) => true;

    private protected override bool MayReceive => false;

    private protected override bool CanSendNow() => RoundRobin.AnyCanWrite(Pipes);

    private protected override bool TrySendNow(Span<Msg> message) => _out.TrySend(Pipes, message, out _);

    private protected override bool TryTake(ref Msg msg) => false;
}
