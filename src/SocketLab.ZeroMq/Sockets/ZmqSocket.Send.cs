using System.Runtime.InteropServices;
using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq;

/// <summary>Sending: frames with more to come are kept here, and the whole message goes to one peer or to none.</summary>
public abstract partial class ZmqSocket
{
    private Msg[] _parts = [];
    private int _partCount;

    /// <inheritdoc/>
    /// <exception cref="FiniteStateMachineException">A REQ or REP socket is not to send now.</exception>
    /// <exception cref="TerminatingException">The socket was disposed while this call waited.</exception>
    public virtual bool TrySend(ref Msg msg, TimeSpan timeout, bool more)
    {
        EnterCall();
        try
        {
            if (_partCount == 0)
            {
                CheckSend();
                if (!more && TrySendNow(MemoryMarshal.CreateSpan(ref msg, 1)))
                {
                    return true;
                }
            }
            return SendSlow(ref msg, timeout, more);
        }
        finally
        {
            LeaveCall();
        }
    }

    /// <summary>Throws when the state of the socket does not allow sending.</summary>
    private protected virtual void CheckSend()
    {
    }

    /// <summary>Throws when the first of several frames shows already that the message cannot be sent.</summary>
    private protected virtual void CheckFirst(ReadOnlySpan<byte> frame)
    {
    }

    /// <summary>Whether a message could be sent without waiting.</summary>
    private protected abstract bool CanSendNow();

    /// <summary>Sends a whole message, or drops it where the type drops. False, and nothing done, where the type waits.</summary>
    private protected abstract bool TrySendNow(Span<Msg> message);

    internal void OnPipeWritable() => _waker.Signal();

    private bool SendSlow(ref Msg msg, TimeSpan timeout, bool more)
    {
        var deadline = Deadline.After(timeout);
        if (more)
        {
            if (_partCount == 0)
            {
                CheckFirst(msg.Span);
            }
            // The first frame waits for a peer, so that a time-out leaves nothing half done.
            while (_partCount == 0 && Try() && !CanSendNow())
            {
                if (!WaitForChange(deadline))
                {
                    return false;
                }
            }
            msg.Own();
            Part(ref msg);
            return true;
        }
        if (_partCount == 0)
        {
            while (Try() && !TrySendNow(MemoryMarshal.CreateSpan(ref msg, 1)))
            {
                if (!WaitForChange(deadline))
                {
                    return false;
                }
            }
            return true;
        }
        Part(ref msg);
        while (Try() && !TrySendParts())
        {
            if (!WaitForChange(deadline))
            {
                msg = _parts[--_partCount];
                _parts[_partCount] = default;
                return false;
            }
        }
        return true;
    }

    /// <summary>Before each attempt: what is signalled from now on ends the wait that may follow.</summary>
    private bool Try()
    {
        _waker.Reset();
        return true;
    }

    /// <summary>Sleeps until something about the peers has changed. False when the time is over.</summary>
    private bool WaitForChange(Deadline deadline)
    {
        ObjectDisposedExceptionIfClosing();
        int ms = deadline.RemainingMs;
        if (ms == 0)
        {
            return false;
        }
        _waker.Wait(ms);
        ObjectDisposedExceptionIfClosing();
        return true;
    }

    private void ObjectDisposedExceptionIfClosing()
    {
        if (IsDisposed)
        {
            throw new TerminatingException($"the {GetType().Name} was disposed while a call waited in it");
        }
    }
}
