using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Patterns;

/// <summary>
/// Stands in the middle and passes messages both ways, so that many can talk to many through one stable address: ROUTER and DEALER
/// for request-reply (a broker), XSUB and XPUB for publish-subscribe (a proxy; subscriptions travel upstream as messages).
/// </summary>
public sealed class Forwarder : IDisposable
{
    private const int MessagesATurn = 256;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);
    private readonly ZmqSocket _front;
    private readonly ZmqSocket _back;
    private readonly PatternOptions _frontOptions, _backOptions;
    private readonly TraceLog _log;

    private Forwarder(ZmqSocket front, PatternOptions frontOptions, ZmqSocket back, PatternOptions backOptions, TraceLog? log)
    {
        (_front, _frontOptions, _back, _backOptions, _log) = (front, frontOptions, back, backOptions, log ?? TraceLog.Off);
        FrontEndPoint = frontOptions.Open(front, _log);
        BackEndPoint = backOptions.Open(back, _log);
    }

    /// <summary>A broker: requesters at the front (ROUTER), repliers at the back (DEALER).</summary>
    public static Forwarder Broker(PatternOptions front, PatternOptions back, TraceLog? log = null) =>
        new(new RouterSocket(), front, new DealerSocket(), back, log);

    /// <summary>A proxy: publishers at the front (XSUB), subscribers at the back (XPUB).</summary>
    public static Forwarder Proxy(PatternOptions front, PatternOptions back, TraceLog? log = null) =>
        new(new XSubscriberSocket(), front, new XPublisherSocket(), back, log);

    /// <summary>Where requesters or publishers connect.</summary>
    public string FrontEndPoint { get; }

    /// <summary>Where repliers or subscribers connect.</summary>
    public string BackEndPoint { get; }

    /// <summary>Messages passed from front to back, and from back to front.</summary>
    public (long ToBack, long ToFront) Passed { get; private set; }

    /// <summary>Passes messages until cancelled.</summary>
    public void Run(CancellationToken cancel)
    {
        using var poller = new ZmqPoller { _front, _back };
        _front.ReceiveReady += (_, _) => Passed = (Passed.ToBack + Pass(_front, _back, cancel), Passed.ToFront);
        _back.ReceiveReady += (_, _) => Passed = (Passed.ToBack, Passed.ToFront + Pass(_back, _front, cancel));
        using var stop = cancel.Register(poller.StopAsync);
        if (!cancel.IsCancellationRequested)
        {
            poller.Run();
        }
    }

    private long Pass(ZmqSocket from, ZmqSocket to, CancellationToken cancel)
    {
        List<byte[]>? frames = null;
        long passed = 0;
        while (passed < MessagesATurn && from.TryReceiveMultipartBytes(TimeSpan.Zero, ref frames) && Send(to, frames!, cancel))
        {
            passed++;
        }
        return passed;
    }

    /// <summary>A broker whose workers are gone, or all full, holds the message until one can take it.</summary>
    private bool Send(ZmqSocket to, List<byte[]> frames, CancellationToken cancel)
    {
        for (var said = false; !to.TrySendMultipartBytes(Turn, frames); said = true)
        {
            if (cancel.IsCancellationRequested)
            {
                return false;
            }
            if (!said && _log.IsOn)
            {
                _log.Write(new TraceEvent { Kind = TraceKind.Waiting, Note = "nobody at the other side can take the message: nobody is connected, or all queues are full" });
            }
        }
        return true;
    }

    /// <summary>Closes both sockets.</summary>
    public void Dispose()
    {
        _frontOptions.Close(_front, _log);
        _backOptions.Close(_back, _log);
    }
}
