using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq;

/// <summary>Messages of several frames, which are kept until the last one has come.</summary>
public abstract partial class ZmqSocket
{
    /// <summary>Sends a whole message in time, or nothing of it; the frames are then still the caller's.</summary>
    internal bool TrySendWhole(Span<Msg> frames, TimeSpan timeout)
    {
        if (SocketType is ZmqSocketType.Pull or ZmqSocketType.Sub)
        {
            return TrySend(ref frames[0], timeout, false);
        }
        var deadline = Deadline.After(timeout);
        EnterCall();
        try
        {
            int before = _partCount;
            if (before == 0)
            {
                CheckSend();
                while (Try() && !TrySendNow(frames))
                {
                    if (!WaitForChange(deadline))
                    {
                        return false;
                    }
                }
                return true;
            }
            foreach (ref var frame in frames)
            {
                frame.Own();
                Part(ref frame);
            }
            while (Try() && !TrySendParts())
            {
                if (!WaitForChange(deadline))
                {
                    _parts.AsSpan(before, frames.Length).CopyTo(frames);
                    _parts.AsSpan(before, frames.Length).Clear();
                    _partCount = before;
                    return false;
                }
            }
            return true;
        }
        finally
        {
            LeaveCall();
        }
    }

    private bool TrySendParts()
    {
        try
        {
            if (!TrySendNow(_parts.AsSpan(0, _partCount)))
            {
                return false;
            }
        }
        catch (ZmqException)
        {
            DropParts();
            throw;
        }
        DropParts();
        return true;
    }

    private void Part(ref Msg msg)
    {
        if (_partCount == _parts.Length)
        {
            Array.Resize(ref _parts, Math.Max(4, _partCount * 2));
        }
        _parts[_partCount++] = msg;
        msg.InitEmpty();
    }

    private void DropParts()
    {
        _parts.AsSpan(0, _partCount).DropAll();
        _partCount = 0;
    }
}
