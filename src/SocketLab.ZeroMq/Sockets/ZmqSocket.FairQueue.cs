using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq;

/// <summary>Fair queuing (RFC 28): those who have something to be received take turns, a message each.</summary>
public abstract partial class ZmqSocket
{
    /// <summary>Looks at the message at the head of a pipe before its first frame is taken; false when it was passed over.</summary>
    private protected virtual bool Begin(Pipe pipe) => true;

    /// <summary>
    /// The fair queue for types that keep no record of whom a message came from. Where a single peer has anything to be received, and it is a
    /// message of one frame, there is a short way.
    /// </summary>
    private protected bool FairTakeFromAny(ref Msg msg, Subscriptions? filter = null) =>
        (_hot.Only is { } pipe && Volatile.Read(ref _hot.HasReady) == 0 && pipe.TryReadSingle(ref msg, filter)) || FairTake(ref msg);

    /// <summary>The fair queue: the next frame of the message being received, or the first one of the next peer's.</summary>
    private protected bool FairTake(ref Msg msg)
    {
        var pipe = ReadingPipe ?? NextMessage();
        if (pipe is null)
        {
            _hot.Only = null;
            return false;
        }
        pipe.ReadFrame(ref msg);
        ReadingPipe = msg.HasMore ? pipe : null;
        _hot.Only = ReadingPipe is null && _rotation.Count == 1 ? pipe as StreamPipe : null;
        return true;
    }

    /// <summary>A pipe with a whole message that the type accepts; the pipe's next turn comes after the others'.</summary>
    private protected Pipe? NextMessage()
    {
        while (true)
        {
            if (Volatile.Read(ref _hot.HasReady) != 0 && Interlocked.Exchange(ref _hot.HasReady, 0) != 0)
            {
                while (_ready.TryDequeue(out var fresh))
                {
                    _rotation.Enqueue(fresh);
                }
            }
            if (!_rotation.TryPeek(out var pipe))
            {
                return null;
            }
            if (pipe.IsMuted || !pipe.HasMessage())
            {
                _rotation.Dequeue();
                if (pipe.IsMuted ? Mute(pipe) : !pipe.TryDeactivate())
                {
                    _rotation.Enqueue(pipe);
                }
                continue;
            }
            if (_rotation.Count > 1)
            {
                _rotation.Enqueue(_rotation.Dequeue());
            }
            if (Begin(pipe))
            {
                return pipe;
            }
        }
    }

    private static bool Mute(Pipe pipe)
    {
        while (pipe.HasMessage())
        {
            pipe.SkipMessage();
        }
        return !pipe.TryDeactivate();
    }
}
