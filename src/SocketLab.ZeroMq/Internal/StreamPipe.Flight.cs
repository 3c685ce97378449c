using System.Net.Sockets;

namespace SocketLab.ZeroMq.Internal;

/// <summary>What is in flight: segments that the writer is handing to the system, counted off as it takes them.</summary>
internal sealed partial class StreamPipe
{
    private int SendSome(Socket socket, out SocketError error)
    {
        try
        {
            return Send(socket, out error);
        }
        catch (ObjectDisposedException)
        {
            // The reactor closed the connection while this thread was writing to it.
            error = SocketError.OperationAborted;
            return 0;
        }
    }

    private int Send(Socket socket, out SocketError error)
    {
        var first = _flight[_flightAt];
        int offset = first.Start + _flightOffset;
        if (_flight.Count - _flightAt == 1)
        {
            return socket.Send(first.Bytes.AsSpan(offset, first.End - offset), SocketFlags.None, out error);
        }
        _gather.Clear();
        _gather.Add(new(first.Bytes, offset, first.End - offset));
        for (int i = _flightAt + 1; i < _flight.Count && _gather.Count < SegmentsPerCall; i++)
        {
            var next = _flight[i];
            _gather.Add(new(next.Bytes, next.Start, next.End - next.Start));
        }
        return socket.Send(_gather, SocketFlags.None, out error);
    }

    /// <summary>Counts what was sent; true when the system takes no more, in which case the writer's role is given back.</summary>
    private bool Advance(int sent, bool isFull)
    {
        bool wake = false;
        _gate.Enter();
        while (_flightAt < _flight.Count)
        {
            var segment = _flight[_flightAt];
            int left = segment.End - segment.Start - _flightOffset;
            if (sent < left)
            {
                _flightOffset += sent;
                break;
            }
            sent -= left;
            _flightOffset = 0;
            _flightAt++;
            _queuedMessages -= segment.Messages;
            _sentMessages += segment.Messages;
            if (!segment.IsControl)
            {
                _queuedBytes -= segment.End - segment.Start;
            }
        }
        bool blocked = _flightAt < _flight.Count && isFull;
        if (blocked)
        {
            _blocked = true;
            _writing = false;
        }
        else if (_flightAt == _flight.Count)
        {
            foreach (var segment in _flight)
            {
                segment.Owner?.Release();
            }
            _flight.Clear();
            _flightAt = 0;
        }
        if (_wasFull && _queuedMessages <= (Owner.Options.SendHighWatermark + 1) / 2 && !IsFull())
        {
            _wasFull = _toldFull = false;
            wake = true;
        }
        wake |= _queuedMessages == 0 && Owner.IsClosing;
        _gate.Exit();
        if (wake)
        {
            Owner.OnPipeWritable();
        }
        if (blocked && !Reactor.Shared.IsCurrent)
        {
            Reactor.Shared.Flush(this);
        }
        return blocked;
    }

    private void Retire(Segment segment, bool sent)
    {
        _queuedMessages -= segment.Messages;
        _queuedBytes -= segment.IsControl ? 0 : segment.End - segment.Start;
        _sentMessages += sent ? segment.Messages : 0;
        segment.Owner?.Release();
    }
}
