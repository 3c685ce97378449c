using System.Net.Sockets;

namespace SocketLab.ZeroMq.Internal;

/// <summary>What the reactor waits for, and what it calls when that has come.</summary>
internal sealed partial class Reactor
{
    private const int ApartMs = 5;

    private int CollectInterests()
    {
        _readers.Clear();
        _writers.Clear();
        _readSet.Clear();
        _writeSet.Clear();
        _readSet.Add(_wake.Socket);
        foreach (var item in _watched)
        {
            if (item.WantsRead)
            {
                _readers.Add(item);
                _readSet.Add(item.Socket);
            }
            if (item.WantsWrite)
            {
                _writers.Add(item);
                _writeSet.Add(item.Socket);
            }
        }
        int waitMs = ReclaimReading();
        if (_streaming.Count > 0)
        {
            waitMs = waitMs < 0 ? 1 : Math.Min(1, waitMs);
        }
        if (_timers.TryPeek(out _, out long due))
        {
            int untilTimer = (int)Math.Clamp(due - Environment.TickCount64, 0, int.MaxValue / 1000);
            waitMs = waitMs < 0 ? untilTimer : Math.Min(waitMs, untilTimer);
        }
        return waitMs;
    }

    /// <summary>
    /// Waits. A socket that waits for both ways is two entries, and poll(2) refuses more entries than the process may have files open (EINVAL):
    /// a crowd that does not read gets there. Then both ways are asked one after the other, and the writers looked at every few milliseconds.
    /// </summary>
    private void Select(int waitMs)
    {
        try
        {
            Socket.Select(_readSet, _writeSet.Count > 0 ? _writeSet : null, null, waitMs < 0 ? -1 : waitMs * 1000);
        }
        catch (SocketException) when (_writeSet.Count > 0)
        {
            Socket.Select(null, _writeSet, null, 0);
            int mostMs = _writeSet.Count > 0 ? 0 : ApartMs;
            Socket.Select(_readSet, null, null, (waitMs < 0 ? mostMs : Math.Min(waitMs, mostMs)) * 1000);
        }
    }

    /// <summary>Select leaves what is ready, in the order it was given: walk both lists together.</summary>
    private void Dispatch()
    {
        int at = 0;
        if (_readSet.Count > 0 && _readSet[0] == _wake.Socket)
        {
            _wake.Drain();
            at = 1;
        }
        for (int i = 0; i < _readers.Count && at < _readSet.Count; i++)
        {
            if (_readSet[at] == _readers[i].Socket)
            {
                at++;
                Guarded(_readers[i], false);
            }
        }
        at = 0;
        for (int i = 0; i < _writers.Count && at < _writeSet.Count; i++)
        {
            if (_writeSet[at] == _writers[i].Socket)
            {
                at++;
                Guarded(_writers[i], true);
            }
        }
    }

    /// <summary>The exception boundary of a connection: whatever goes wrong ends that connection and nothing else.</summary>
    private static void Guarded(IReady item, bool writable)
    {
        try
        {
            if (writable)
            {
                item.OnWritable();
            }
            else
            {
                item.OnReadable();
            }
        }
        catch (Exception error)
        {
            item.OnFault(error);
        }
    }
}
