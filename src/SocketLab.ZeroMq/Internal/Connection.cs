using System.Net;
using System.Net.Sockets;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// One tcp or ipc connection from greeting to end: <c>Greeting → Ready → Traffic → Closed</c>. The reactor leads it through the
/// handshake; in traffic, whoever reads for the socket calls <see cref="ReadOnce"/>. Whatever fails ends in <see cref="Fail"/>, which
/// any thread may call, and which ends this connection and nothing else.
/// </summary>
internal sealed partial class Connection : IReady
{
    private static long _lastId;
    private readonly Action<Connection, string> _ended;
    private Phase _phase = Phase.Greeting;

    public Connection(ZmqSocket owner, Socket socket, StreamPipe pipe, string local, string remote, Action<Connection, string> ended)
    {
        Owner = owner;
        Socket = socket;
        Pipe = pipe;
        Local = local;
        Remote = remote;
        _ended = ended;
        Id = NextId();
        LastHeardMs = LastSentMs = Environment.TickCount64;
    }

    /// <summary>Numbers the connections of this process, those within it too.</summary>
    internal static long NextId() => Interlocked.Increment(ref _lastId);

    private enum Phase
    {
        Greeting, Ready, Traffic, Closed,
    }

    public long Id { get; }

    public ZmqSocket Owner { get; }

    public Socket Socket { get; }

    public StreamPipe Pipe { get; }

    public string Local { get; }

    public string Remote { get; }

    public bool IsInTraffic => _phase == Phase.Traffic;

    /// <summary>The peer sent ERROR: as we are, it will not have us, and there is no use in trying again.</summary>
    public bool IsUnwanted { get; private set; }

    public bool WantsRead => _phase != Phase.Traffic ? _phase != Phase.Closed : !Owner.IsReadingLent && !Pipe.IsPaused;

    public bool WantsWrite => _greetingLeft > 0 || (_phase == Phase.Traffic && Pipe.WantsWrite);

    public void OnReadable()
    {
        if (_phase != Phase.Traffic)
        {
            ReadOnce(Reactor.Shared.Arena);
            if (_phase == Phase.Traffic && _failed == 0)
            {
                // Only now: from here on another thread may read, and messages may have come right behind the READY.
                Owner.AddConnection(this);
            }
        }
        else if (Owner.TryBeginReactorRead())
        {
            try
            {
                // Once for every readiness: the others' turn comes, and what is left is still ready at the next.
                ReadOnce(Reactor.Shared.Arena);
            }
            finally
            {
                Owner.EndReactorRead();
            }
        }
    }

    public void OnWritable()
    {
        if (_greetingLeft > 0)
        {
            SendGreeting();
        }
        else
        {
            Pipe.FlushFromReactor();
        }
    }

    public void OnFault(Exception error) => Fail(Reasons.Of(error));

    public void Report(in ZmqEvent what)
    {
        if (Owner.IsObserved)
        {
            Owner.Report(what with { ConnectionId = Id, Local = Local, Remote = Remote });
        }
    }

    public static string EndpointName(EndPoint? endpoint, string fallback) => endpoint switch
    {
        IPEndPoint ip => $"tcp://{ip}",
        _ => fallback,
    };
}
