namespace SocketLab.ZeroMq.Internal;

/// <summary>Whether there is room for another message: the high-water marks are counters. A full queue is written out by whoever finds it so.</summary>
internal sealed partial class StreamPipe
{
    public override bool CanWrite()
    {
        if (IsGone)
        {
            return false;
        }
        _gate.Enter();
        bool full = IsFull();
        _wasFull |= full;
        bool news = full && !_toldFull && (_blocked || _connection is null);
        _toldFull |= news;
        _gate.Exit();
        if (news)
        {
            Owner.ReportFull(this, QueuedMessages);
        }
        return !full;
    }

    public override bool MakeRoom()
    {
        // Only the asking thread adds messages: what is not full now is not full when it does.
        if (!IsGone && !IsFull())
        {
            return true;
        }
        if (!EnterWithRoom())
        {
            return false;
        }
        _gate.Exit();
        return true;
    }

    private bool IsFull()
    {
        int limit = Owner.Options.SendHighWatermark;
        return (limit > 0 && Volatile.Read(ref _queuedMessages) >= limit)
            || Volatile.Read(ref _queuedBytes) >= Owner.Options.SendHighWatermarkBytes;
    }

    /// <summary>Enters the gate if a message may be queued; when the queue is full and nobody writes, this thread writes first.</summary>
    private bool EnterWithRoom()
    {
        if (IsGone)
        {
            return false;
        }
        for (int attempt = 0; ; attempt++)
        {
            _gate.Enter();
            if (_closed)
            {
                _gate.Exit();
                return false;
            }
            if (!IsFull() || Owner.Options.Conflate)
            {
                return true;
            }
            bool mine = attempt == 0 && _connection is not null && !_writing && !_blocked;
            _writing |= mine;
            _ownFlushes += mine ? 1 : 0;
            _wasFull |= !mine;
            bool news = !mine && !_toldFull;
            _toldFull |= news;
            _gate.Exit();
            if (news)
            {
                Owner.ReportFull(this, QueuedMessages);
            }
            if (!mine)
            {
                return false;
            }
            Pump();
        }
    }
}
