using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq.Sockets;

/// <summary>
/// REP (RFC 28): receive a request, send its reply, in turn. The envelope (all frames up to the first empty one) is kept with the
/// request and put before the reply. An asker that has gone costs nobody anything: its reply is dropped.
/// </summary>
public class ResponseSocket : ZmqSocket
{
    private readonly List<Msg> _envelope = [];
    private Msg[] _framed = [];
    private Pipe? _asker;
    private bool _mayReply;

    /// <summary>A REP socket; <paramref name="connectionString"/> binds unless its addresses say <c>&gt;</c>.</summary>
    public ResponseSocket(string? connectionString = null) : base(ZmqSocketType.Rep) => Open(connectionString, Attach);

    internal override bool SendsAtOnce => true;

    private protected override bool MayReceive => !_mayReply;

    private protected override bool MaySend => _mayReply && !HasFetched;

    private protected override void CheckSend()
    {
        if (!MaySend)
        {
            throw new FiniteStateMachineException(ReadingPipe is null && !HasFetched
                ? "a REP socket receives and sends in turn: receive a request before sending a reply"
                : "a REP socket receives the whole request before it replies: frames of it are still to be received");
        }
    }

    private protected override void CheckReceive()
    {
        if (_mayReply)
        {
            throw new FiniteStateMachineException(
                "a REP socket receives and sends in turn: send the reply before receiving the next request");
        }
    }

    private protected override bool CanSendNow() => true;

    private protected override bool TrySendNow(Span<Msg> message)
    {
        int envelope = _envelope.Count;
        if (_framed.Length < envelope + message.Length)
        {
            _framed = new Msg[envelope + message.Length];
        }
        var framed = _framed.AsSpan(0, envelope + message.Length);
        for (int i = 0; i < envelope; i++)
        {
            framed[i] = _envelope[i];
        }
        message.CopyTo(framed[envelope..]);
        foreach (ref var frame in message)
        {
            frame.InitEmpty();
        }
        _envelope.Clear();
        var asker = _asker;
        _asker = null;
        _mayReply = false;
        if (asker is not null && !asker.TryWrite(framed))
        {
            bool isGone = asker.IsGone;
            Drop(asker, isGone ? ZmqDropKind.PeerGone : ZmqDropKind.QueueFull, isGone ? "the asker has gone" : "the queue to the asker is full");
            framed.DropAll();
        }
        framed.Clear();
        return true;
    }

    private protected override bool TryTake(ref Msg msg)
    {
        if (!FairTake(ref msg))
        {
            return false;
        }
        _mayReply = !msg.HasMore;
        return true;
    }

    /// <summary>Keeps the envelope of a request; passes over a message that has none, or nothing behind it.</summary>
    private protected override bool Begin(Pipe pipe)
    {
        Forget();
        var frame = default(Msg);
        while (true)
        {
            pipe.ReadFrame(ref frame);
            bool isDelimiter = frame.Size == 0, more = frame.HasMore;
            _envelope.Add(frame);
            frame = default;
            if (!more)
            {
                Forget();
                Drop(pipe, ZmqDropKind.Malformed, "it has no empty delimiter with a body behind it, so REP takes it for no request");
                return false;
            }
            if (isDelimiter)
            {
                _asker = pipe;
                return true;
            }
        }
    }

    private void Forget()
    {
        foreach (var kept in _envelope)
        {
            kept.Owner?.Release();
        }
        _envelope.Clear();
    }
}
