using System.Diagnostics;
using System.Net.Sockets;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Writing: one thread at a time holds the writer's role, takes all that is queued and hands it to the system in few calls, while the
/// program goes on queueing. When the system takes no more, the reactor waits until it does.
/// </summary>
internal sealed partial class StreamPipe
{
    private const int SegmentsPerCall = 8;
    private readonly List<ArraySegment<byte>> _gather = new(SegmentsPerCall);
    private List<Segment> _flight = [];
    private int _flightAt, _flightOffset;

    public bool WantsWrite => Volatile.Read(ref _blocked) && !_broken;

    /// <summary>Writes until nothing waits, the system takes no more, or a few rounds are over. The caller holds the writer's role.</summary>
    private void Pump(int rounds = int.MaxValue)
    {
        while (TakeQueued(out var connection))
        {
            // The reactor has other pipes too: it comes back to one that is filled as fast as it is emptied.
            if (--rounds < 0)
            {
                LeaveWriting();
                Reactor.Shared.Flush(this);
                return;
            }
            int sent = SendSome(connection.Socket, out var error);
            if (error is not (SocketError.Success or SocketError.WouldBlock or SocketError.IOPending))
            {
                if (error is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown)
                {
                    Break(connection);
                    return;
                }
                LeaveWriting();
                connection.Fail($"sending failed: {Reasons.Of(error)}");
                return;
            }
            connection.LastSentMs = Environment.TickCount64;
            if (Advance(sent, error == SocketError.WouldBlock))
            {
                return;
            }
        }
    }

    /// <summary>Makes sure that there is something in flight; false, and the role given back, when nothing waits.</summary>
    private bool TakeQueued(out Connection connection)
    {
        _gate.Enter();
        connection = _connection!;
        if (connection is null)
        {
            _writing = false;
            _gate.Exit();
            return false;
        }
        if (_flightAt == _flight.Count)
        {
            _flight.Clear();
            _flightAt = _flightOffset = 0;
            TakeControl();
            CloseTail();
            if (_queue.Count > 0)
            {
                if (_flight.Count == 0)
                {
                    (_queue, _flight) = (_flight, _queue);
                }
                else
                {
                    _flight.AddRange(_queue);
                    _queue.Clear();
                }
            }
            // The rest of the chunk is worth keeping only while there is traffic.
            if (_flight.Count == 0)
            {
                if (_tailEnd <= _nextChunkBytes / 4)
                {
                    _nextChunkBytes = Math.Max(LeastChunkBytes, _nextChunkBytes / 4);
                }
                LetGoOfTail();
                _writing = false;
                _lastFlush = Owner.LastFlush = Stopwatch.GetTimestamp();
                _gate.Exit();
                return false;
            }
            _scheduled = false;
            _gate.Exit();
            if (Owner.Observe is not null)
            {
                ObserveFlight(connection);
            }
            return true;
        }
        _gate.Exit();
        return true;
    }

    /// <summary>
    /// The peer takes nothing more. What it sent before it left may still wait to be read, perhaps behind a full queue: reading goes
    /// on, and its end is the connection's.
    /// </summary>
    private void Break(Connection connection)
    {
        _gate.Enter();
        if (_connection == connection)
        {
            _blocked = _broken = true;
        }
        _writing = false;
        _gate.Exit();
    }

    private void LeaveWriting()
    {
        _gate.Enter();
        _writing = false;
        _gate.Exit();
    }
}
