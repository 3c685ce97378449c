using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq.Sockets;

/// <summary>PAIR (RFC 31): exactly one peer. A second one is turned away.</summary>
public class PairSocket : ZmqSocket
{
    private static int _pairs;
    private RoundRobin _out;

    /// <summary>A PAIR socket; <paramref name="connectionString"/> connects unless its addresses say <c>@</c>.</summary>
    public PairSocket(string? connectionString = null) : base(ZmqSocketType.Pair) => Open(connectionString, Link);

    /// <summary>Two sockets that are connected with each other within the process.</summary>
    public static void CreateSocketPair(out PairSocket socket1, out PairSocket socket2) =>
        CreateSocketPair(out socket1, out socket2, static _ => { }, static _ => { });

    /// <summary>Two connected sockets, set up by the caller before they are connected.</summary>
    public static void CreateSocketPair(
        out PairSocket socket1, out PairSocket socket2, Action<PairSocket> initSocket1, Action<PairSocket> initSocket2)
    {
        ArgumentNullException.ThrowIfNull(initSocket1);
        ArgumentNullException.ThrowIfNull(initSocket2);
        string address = $"inproc://socketlab.pair.{Interlocked.Increment(ref _pairs)}";
        socket1 = new PairSocket();
        socket2 = new PairSocket();
        initSocket1(socket1);
        initSocket2(socket2);
        socket1.Bind(address);
        socket2.Connect(address);
    }

    internal override bool Admit(Pipe pipe) => Pipes.Length == 0;

    private protected override bool CanSendNow() => RoundRobin.AnyCanWrite(Pipes);

    private protected override bool TrySendNow(Span<Msg> message) => _out.TrySend(Pipes, message, out _);

    private protected override bool TryTake(ref Msg msg) => FairTakeFromAny(ref msg);
}
