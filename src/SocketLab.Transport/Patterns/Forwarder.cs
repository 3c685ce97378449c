using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Patterns;

/// <summary>
/// Stands in the middle and passes messages both ways, so that many can talk to many through one stable address: ROUTER and DEALER
/// for request-reply (a broker), XSUB and XPUB for publish-subscribe (a proxy; subscriptions travel upstream as messages).
/// </summary>
public sealed class Forwarder : IDisposable
{
    private const int MessagesATurn = 256;
    private readonly ZmqSocket _front;
    private readonly ZmqSocket _back;
    private readonly TraceLog _log;

    private Forwarder(ZmqSocket front, PatternOptions frontOptions, ZmqSocket back, PatternOptions backOptions, TraceLog? log)
    {
        (_front, _back, _log) = (front, back, log ?? TraceLog.Off);
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
        _front.ReceiveReady += (_, _) => Passed = (Passed.ToBack + Pass(_front, _back), Passed.ToFront);
        _back.ReceiveReady += (_, _) => Passed = (Passed.ToBack, Passed.ToFront + Pass(_back, _front));
        using var stop = cancel.Register(poller.StopAsync);
        if (!cancel.IsCancellationRequested)
        {
            poller.Run();
        }
    }

    private static long Pass(ZmqSocket from, ZmqSocket to)
    {
        List<byte[]>? frames = null;
        long passed = 0;
        while (passed < MessagesATurn && from.TryReceiveMultipartBytes(TimeSpan.Zero, ref frames))
        {
            to.SendMultipartBytes(frames!);
            passed++;
        }
        return passed;
    }

    /// <summary>Closes both sockets.</summary>
    public void Dispose()
    {
        PatternOptions.Close(_front, _log);
        PatternOptions.Close(_back, _log);
    }
}
