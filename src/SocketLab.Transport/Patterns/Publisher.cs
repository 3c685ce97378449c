using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Patterns;

/// <summary>
/// Publish-subscribe, the sending side. What it publishes goes to those whose subscription is a prefix of the message's first bytes; to
/// nobody, if nobody has subscribed by then. XPUB is PUB that also sees the subscriptions.
/// </summary>
public sealed class Publisher : IDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(20);
    private readonly XPublisherSocket _socket = new();
    private readonly WireObserver _observer;
    private readonly PatternOptions _options;
    private readonly TraceLog _log;
    private bool _saidNobody;

    /// <param name="options">Where to bind or connect; its high-water mark is how much may wait for one slow subscriber.</param>
    /// <param name="log">The journal.</param>
    public Publisher(PatternOptions options, TraceLog? log = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _log = log ?? TraceLog.Off;
        _observer = options.Observer(_log);
        EndPoint = options.Open(_socket, _log, _observer);
    }

    /// <summary>Where it is bound.</summary>
    public string EndPoint { get; }

    /// <summary>Messages published, whether or not anybody wanted them.</summary>
    public long Published { get; private set; }

    /// <summary>Messages that were dropped because a subscriber's queue was full.</summary>
    public long Dropped => _observer.DroppedFull;

    /// <summary>Messages that still waited for a subscriber when it left.</summary>
    public long LeftBehind => _observer.Dropped - _observer.DroppedFull;

    /// <summary>Messages published while nobody at all had subscribed.</summary>
    public long ToNobody { get; private set; }

    /// <summary>Waits until so many subscribers have subscribed: the cure for the slow joiner's loss.</summary>
    public void WaitForSubscribers(int count, CancellationToken cancel)
    {
        if (_log.IsOn && count > 0)
        {
            _log.Write(new TraceEvent { Kind = TraceKind.Waiting, Count = count, Note = $"for {count} subscriber{(count == 1 ? "" : "s")}: what is published earlier is lost to them" });
        }
        while (_observer.Subscribers < count)
        {
            cancel.ThrowIfCancellationRequested();
            TakeSubscriptions();
            cancel.WaitHandle.WaitOne(Turn);
        }
    }

    /// <summary>Publishes one message; the first frame's first bytes are its topic.</summary>
    public void Publish(params IReadOnlyList<byte[]> frames)
    {
        TakeSubscriptions();
        if (WireObserver.SeesPeers)
        {
            CountNobody();
        }
        _socket.SendMultipartBytes(frames);
        Published++;
    }

    private void CountNobody()
    {
        var nobody = _observer.Subscribers == 0;
        ToNobody += nobody ? 1 : 0;
        if (nobody && !_saidNobody && _log.IsOn)
        {
            _log.Write(new TraceEvent { Kind = TraceKind.Note, Note = "nobody has subscribed: what is published now goes to nobody, and is not kept" });
        }
        _saidNobody = nobody;
    }

    /// <summary>Subscriptions arrive as messages, 01 topic and 00 topic; the journal has them from the wire already.</summary>
    private void TakeSubscriptions()
    {
        while (_socket.TrySkipMultipartMessage())
        {
        }
    }

    /// <summary>Closes the socket, waiting for what is still queued as long as linger says.</summary>
    public void Dispose() => _options.Close(_socket, _log);
}
