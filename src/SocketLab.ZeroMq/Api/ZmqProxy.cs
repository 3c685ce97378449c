using System.Runtime.InteropServices;
using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq;

/// <summary>
/// Passes whole messages between two sockets, both ways, and a copy of each to a capture socket: the middle of a ROUTER/DEALER queue or of an
/// XSUB/XPUB forwarder.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "As NetMQ's; its events have no handle until waited for long.")]
public class ZmqProxy
{
    private readonly ZmqSocket _frontend, _backend;
    private readonly ZmqSocket? _controlIn, _controlOut;
    private readonly AutoResetEvent _changed = new(false);
    private readonly ManualResetEventSlim _stopped = new(true);
    private readonly List<Msg> _frames = [];
    private volatile bool _stop;

    /// <summary>A proxy; what passes either way is copied to <paramref name="control"/>.</summary>
    public ZmqProxy(ZmqSocket frontend, ZmqSocket backend, ZmqSocket? control = null) : this(frontend, backend, control, control) { }

    /// <summary>
    /// A proxy with a capture socket for each direction: <paramref name="controlIn"/> for what comes in by the frontend,
    /// <paramref name="controlOut"/> for what goes out by it.
    /// </summary>
    public ZmqProxy(ZmqSocket frontend, ZmqSocket backend, ZmqSocket? controlIn, ZmqSocket? controlOut)
    {
        _frontend = frontend ?? throw new ArgumentNullException(nameof(frontend));
        _backend = backend ?? throw new ArgumentNullException(nameof(backend));
        _controlIn = controlIn;
        _controlOut = controlOut;
    }

    /// <summary>Passes messages on this thread until <see cref="Stop"/> is called, or a socket is disposed. The sockets are its own meanwhile.</summary>
    /// <exception cref="InvalidOperationException">It runs already.</exception>
    public void Start()
    {
        if (!_stopped.IsSet)
        {
            throw new InvalidOperationException("the proxy runs already");
        }
        _stopped.Reset();
        _stop = false;
        Action wake = () => _changed.Set();
        _frontend.ListenElsewhere(wake);
        _backend.ListenElsewhere(wake);
        try
        {
            while (!_stop)
            {
                bool any = Pass(_frontend, _backend, _controlIn) | Pass(_backend, _frontend, _controlOut);
                if (!any)
                {
                    _changed.WaitOne();
                }
            }
        }
        catch (Exception error) when (error is ObjectDisposedException or TerminatingException)
        {
            // Disposing one of the sockets is the other way to end a proxy.
        }
        finally
        {
            _frontend.StopListening(wake);
            _backend.StopListening(wake);
            _stopped.Set();
        }
    }

    /// <summary>Ends <see cref="Start"/>, from another thread, and waits until it has returned.</summary>
    public void Stop()
    {
        _stop = true;
        _changed.Set();
        _stopped.Wait();
    }

    /// <summary>Passes a few messages; others have their turn then.</summary>
    private bool Pass(ZmqSocket from, ZmqSocket to, ZmqSocket? capture)
    {
        const int Turn = 128;
        var msg = default(Msg);
        for (int i = 0; i < Turn; i++)
        {
            // Nothing is taken before it can be passed on: the sender's queue is where it waits, and where limits hold.
            if (_stop || to.ReadyNow(PollEvents.PollOut) == PollEvents.None || !from.TryReceiveQueued(ref msg))
            {
                return i > 0;
            }
            // The rest of a message is always there with its first frame.
            do
            {
                _frames.Add(msg);
                msg = default;
            }
            while (_frames[^1].HasMore && from.TryReceive(ref msg, TimeSpan.Zero));
            var frames = CollectionsMarshal.AsSpan(_frames);
            Capture(capture, frames);
            Send(to, frames);
            frames.DropAll();
            _frames.Clear();
        }
        return true;
    }

    private void Send(ZmqSocket to, Span<Msg> frames)
    {
        try
        {
            while (!_stop && !to.TrySendWhole(frames, TimeSpan.FromMilliseconds(100)))
            {
            }
        }
        catch (HostUnreachableException)
        {
            // A mandatory ROUTER, and the message names a peer that has gone: the others are still to be served.
        }
    }

    /// <summary>A copy of the whole message, or of nothing where the capture socket has no room: what passes does not wait for those who look.</summary>
    private static void Capture(ZmqSocket? capture, Span<Msg> frames)
    {
        if (capture is null)
        {
            return;
        }
        var copies = frames.CopyAll();
        capture.TrySendWhole(copies, TimeSpan.Zero);
        copies.AsSpan().DropAll();
    }
}
