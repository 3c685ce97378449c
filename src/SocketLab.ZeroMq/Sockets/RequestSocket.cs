using System.Buffers.Binary;
using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq.Sockets;

/// <summary>
/// REQ (RFC 28): send a request, receive its reply, in turn. On the wire <c>[number, with Correlate] · empty frame · body</c>. Requests go to the peers
/// in turn; a reply counts only when it comes from the peer that was asked. A malformed reply is dropped, and costs nothing else.
/// </summary>
public class RequestSocket : ZmqSocket
{
    private RoundRobin _out;
    private Msg[] _framed = [];
    private Pipe? _asked;
    private bool _waiting;
    private uint _number = (uint)Random.Shared.Next();

    /// <summary>A REQ socket; <paramref name="connectionString"/> connects unless its addresses say <c>@</c>.</summary>
    public RequestSocket(string? connectionString = null) : base(ZmqSocketType.Req) => Open(connectionString, Link);

    internal override bool SendsAtOnce => true;

    private protected override bool MayReceive => _waiting;

    private protected override bool MaySend => !(_waiting || HasFetched) || Options.Relaxed;

    private protected override void CheckSend()
    {
        if (!MaySend)
        {
            throw new FiniteStateMachineException(
                "a REQ socket sends and receives in turn: receive the reply before sending the next request (or set Options.Relaxed)");
        }
    }

    private protected override void CheckReceive()
    {
        if (!_waiting)
        {
            throw new FiniteStateMachineException("a REQ socket sends and receives in turn: send a request before receiving a reply");
        }
    }

    private protected override bool CanSendNow() => RoundRobin.AnyCanWrite(Pipes);

    private protected override bool TrySendNow(Span<Msg> message)
    {
        // What comes too late for an earlier request is of no use to anybody.
        if (_waiting && !Options.Correlate && _asked is StreamPipe given)
        {
            GiveUp(given);
        }
        _waiting = false;
        ForgetFetched();
        ReadingPipe?.SkipMessage();
        ReadingPipe = null;
        ReadWhatHasCome();
        NextMessage();
        int envelope = Options.Correlate ? 2 : 1;
        if (_framed.Length < message.Length + envelope)
        {
            _framed = new Msg[message.Length + envelope];
        }
        var framed = _framed.AsSpan(0, message.Length + envelope);
        if (envelope == 2)
        {
            framed[0].InitPool(4);
            BinaryPrimitives.WriteUInt32BigEndian(framed[0].Slice(), _number + 1);
        }
        framed[envelope - 1].InitDelimiter();
        message.CopyTo(framed[envelope..]);
        if (!_out.TrySend(Pipes, framed, out _asked))
        {
            framed[0].Drop();
            framed.Clear();
            return false;
        }
        framed.Clear();
        foreach (ref var frame in message)
        {
            frame.InitEmpty();
        }
        _number++;
        _waiting = true;
        return true;
    }

    /// <summary>Without a number nothing tells an old reply from a new one, except that it cannot come over a new connection.</summary>
    private void GiveUp(StreamPipe asked)
    {
        var connection = asked.Connection;
        asked.GoOffline();
        connection?.Fail("a request was given up (Options.Relaxed without Correlate)");
        AwaitReader();
    }

    private protected override bool TryTake(ref Msg msg)
    {
        if (!FairTake(ref msg))
        {
            return false;
        }
        _waiting = msg.HasMore;
        return true;
    }

    /// <summary>Takes the envelope off a reply that was waited for; passes over every other message.</summary>
    private protected override bool Begin(Pipe pipe)
    {
        if (!_waiting || pipe != _asked)
        {
            pipe.SkipMessage();
            return false;
        }
        var frame = default(Msg);
        if (Options.Correlate)
        {
            pipe.ReadFrame(ref frame);
            bool mine = frame.HasMore && frame.Size == 4 && BinaryPrimitives.ReadUInt32BigEndian(frame.Span) == _number;
            if (!mine)
            {
                return PassOver(pipe, ref frame);
            }
            frame.Drop();
        }
        pipe.ReadFrame(ref frame);
        if (frame.Size != 0 || !frame.HasMore)
        {
            return PassOver(pipe, ref frame);
        }
        frame.Drop();
        return true;
    }

    private static bool PassOver(Pipe pipe, ref Msg frame)
    {
        if (frame.HasMore)
        {
            pipe.SkipMessage();
        }
        frame.Drop();
        return false;
    }
}
