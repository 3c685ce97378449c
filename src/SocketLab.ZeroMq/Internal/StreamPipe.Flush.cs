namespace SocketLab.ZeroMq.Internal;

/// <summary>What the reactor does for a program that sends a burst: it sees to it that nothing is left waiting when the burst is over.</summary>
internal sealed partial class StreamPipe
{
    private long _marked = -1;

    /// <summary>Notes how much has been queued so far; a little later <see cref="LookAfter"/> sees whether the burst goes on.</summary>
    public void Mark()
    {
        _gate.Enter();
        _marked = _sentMessages + _queuedMessages;
        _gate.Exit();
    }

    /// <summary>
    /// On the reactor's thread, asked by a program that is sending a burst. One that fills and writes whole buffers itself is left
    /// alone, and looked after every millisecond; else, and when its burst is over, what waits is written.
    /// </summary>
    /// <returns>True when the pipe is to be looked at again.</returns>
    public bool LookAfter()
    {
        _gate.Enter();
        bool pauses = _marked == _sentMessages + _queuedMessages && _queuedMessages > 0;
        _streaming = !pauses && _ownFlushes != _seenFlushes && _connection is not null && !_blocked;
        _seenFlushes = _ownFlushes;
        _marked = -1;
        bool leave = _streaming;
        _gate.Exit();
        if (!leave)
        {
            FlushFromReactor();
        }
        return leave;
    }

    /// <summary>On the reactor's thread: writes what waits, unless another thread is at it.</summary>
    public void FlushFromReactor()
    {
        _gate.Enter();
        bool mine = !_writing && !_broken && _connection is not null;
        if (mine)
        {
            _writing = true;
            _blocked = false;
        }
        _gate.Exit();
        if (mine)
        {
            Pump(rounds: 8);
        }
    }
}
