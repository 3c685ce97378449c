using System.Net.Sockets;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Reading: one receive into a chunk, then a walk over the frames in it, up to the end of the last whole message. What is left over is
/// carried to the front of the next receive. Memory grows with the bytes that come, never with a length that a peer announces.
/// </summary>
internal sealed partial class Connection
{
    private const int SmallCarry = 1024;
    private Chunk? _held;
    private int _heldStart, _heldEnd;
    private bool _growing;

    /// <summary>Receives once. True when bytes came; false when there were none, or the connection has ended.</summary>
    /// <param name="arena">Where to.</param>
    /// <param name="most">How many bytes at most, unless a longer message is under way.</param>
    public bool ReadOnce(Arena arena, int most = int.MaxValue)
    {
        if (_failed != 0 || (_phase == Phase.Traffic && Pipe.IsPaused))
        {
            return false;
        }
        int carried = _heldEnd - _heldStart;
        bool grow = carried + Math.Min(_needed, carried + Arena.ChunkBytes) > Arena.ChunkBytes - Arena.LeastRoom;
        var (chunk, start) = grow ? Grow(carried) : arena.Place(carried, _held, _heldEnd);
        if (carried > 0 && (chunk != _held || start != _heldStart))
        {
            _held!.Bytes.AsSpan(_heldStart, carried).CopyTo(chunk.Bytes.AsSpan(start));
        }
        var room = chunk.Bytes.AsSpan(start + carried);
        int n = Socket.Receive(grow || room.Length <= most ? room : room[..most], SocketFlags.None, out var error);
        if (error != SocketError.Success || n == 0)
        {
            if (grow)
            {
                Hold(chunk, start, start + carried, true);
            }
            if (error == SocketError.WouldBlock)
            {
                return false;
            }
            Fail(error == SocketError.Success ? "closed by the peer" : Reasons.Of(error));
            return false;
        }
        if (Volatile.Read(ref _failed) != 0)
        {
            // The end came from another thread meanwhile, and took bytes off the stream: what was received here makes no sense.
            return false;
        }
        LastHeardMs = Environment.TickCount64;
        int end = start + carried + n;
        if (!grow)
        {
            arena.Used(end);
        }
        int rest = Consume(chunk, start, end);
        if (_failed == 0)
        {
            Keep(chunk, rest, end, grow);
        }
        return true;
    }

    private int Consume(Chunk chunk, int start, int end)
    {
        if (_phase != Phase.Traffic)
        {
            start += Handshake(chunk.Bytes.AsSpan(start, end - start));
            if (_phase != Phase.Traffic)
            {
                return start;
            }
        }
        return Scan(chunk, start, end);
    }

    /// <summary>A chunk of this connection's own, twice as long as what has come, for a message longer than the shared one.</summary>
    private (Chunk Chunk, int Start) Grow(int carried)
    {
        if (_growing && _held!.Bytes.Length - _heldEnd >= Arena.LeastRoom)
        {
            return (_held, _heldStart);
        }
        long wanted = Math.Min(Math.Max(_needed, carried) + Arena.LeastRoom, 2L * carried + Arena.ChunkBytes);
        return (ChunkPool.Rent((int)Math.Min(wanted, Array.MaxLength)), 0);
    }

    private void Keep(Chunk chunk, int start, int end, bool grow)
    {
        if (start == end)
        {
            Hold(null, 0, 0, false, released: grow && chunk != _held ? chunk : null);
        }
        else if (!grow && end - start <= SmallCarry)
        {
            // A few bytes must not hold a long chunk.
            var small = ChunkPool.Rent(end - start);
            chunk.Bytes.AsSpan(start, end - start).CopyTo(small.Bytes);
            Hold(small, 0, end - start, false);
        }
        else
        {
            if (!grow)
            {
                chunk.AddReferences(1);
            }
            Hold(chunk, start, end, grow);
        }
    }

    private void Hold(Chunk? chunk, int start, int end, bool growing, Chunk? released = null)
    {
        // A chunk of its own keeps the one reference that it was rented with; the shared one was counted again for what it holds now.
        if (_held is not null && (_held != chunk || !growing))
        {
            _held.Release();
        }
        released?.Release();
        (_held, _heldStart, _heldEnd, _growing) = (chunk, start, end, growing);
    }
}
