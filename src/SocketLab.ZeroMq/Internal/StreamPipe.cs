using System.Diagnostics;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// A peer over tcp or ipc. Both queues hold wire bytes: outgoing messages are encoded at once into chunks, incoming ones decoded only
/// when they are asked for. A connecting socket keeps its pipe from one connection to the next; an accepted connection brings its own.
/// </summary>
internal sealed partial class StreamPipe(ZmqSocket owner, string endpoint) : Pipe(owner)
{
    private Connection? _connection;

    public override string RemoteEndpoint { get; } = endpoint;

    public override bool IsOnline => Volatile.Read(ref _connection) is not null;

    public Connection? Connection => Volatile.Read(ref _connection);

    /// <summary>The peer is there, again perhaps: messages can be queued.</summary>
    public void Reopen()
    {
        _gate.Enter();
        IsGone = _closed = false;
        _gate.Exit();
    }

    /// <summary>The handshake is done: from now on what is queued can go out.</summary>
    public void GoOnline(Connection connection)
    {
        _gate.Enter();
        _connection = connection;
        _blocked = _broken = false;
        _gate.Exit();
        FlushFromReactor();
    }

    /// <summary>The connection has ended. Messages that went out in part are lost, whole ones are kept for the next connection.</summary>
    /// <returns>How many messages were lost.</returns>
    public int GoOffline()
    {
        _gate.Enter();
        _connection = null;
        _gate.Exit();
        var spinner = default(SpinWait);
        while (Volatile.Read(ref _writing))
        {
            spinner.SpinOnce();
        }
        _gate.Enter();
        int lost = KeepWholeMessages();
        _control.Clear();
        _blocked = _broken = false;
        _scheduled = _streaming = false;
        _gate.Exit();
        CountDrop(lost);
        return lost;
    }

    public override long Close()
    {
        _gate.Enter();
        _closed = true;
        long before = _queuedMessages;
        DropQueued();
        long lost = before - _queuedMessages;
        _wasFull = _toldFull = false;
        _gate.Exit();
        CountDrop(lost);
        return lost;
    }

    public override void BeginTopics() => Connection?.BeginTopics();

    public override void SendTopic(bool subscribe, ReadOnlySpan<byte> topic) => Connection?.SendTopic(subscribe, topic);

    public override ZmqPeerStatistics Statistics() =>
        new(RemoteEndpoint, Volatile.Read(ref _queuedMessages), Volatile.Read(ref _sentMessages),
            Volatile.Read(ref _receivedMessages), Dropped, IsOnline);

    private static readonly long BurstTicks = Stopwatch.Frequency * 8 / 1_000_000;
}
