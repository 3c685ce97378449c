using System.Runtime.InteropServices;

namespace SocketLab.ZeroMq.Internal;

/// <summary>Commands to the peer: they wait apart, and go out before the messages.</summary>
internal sealed partial class StreamPipe
{
    private const int MostHeartbeatBytes = 64 * 1024;
    private readonly List<byte> _control = [];

    /// <summary>
    /// Queues a command; it goes out before the messages that wait. A PING or PONG that a peer does not read is passed over, so that its
    /// own PINGs cost us nothing; a subscription never, which is the program's wish.
    /// </summary>
    public void SendCommand(ReadOnlySpan<byte> wire, bool isHeartbeat)
    {
        _gate.Enter();
        if (_connection is null || (isHeartbeat && _control.Count > MostHeartbeatBytes))
        {
            _gate.Exit();
            return;
        }
        _control.AddRange(wire);
        bool mine = !_writing && !_blocked;
        _writing |= mine;
        _gate.Exit();
        if (mine)
        {
            Pump();
        }
    }

    private void TakeControl()
    {
        if (_control.Count > 0)
        {
            var chunk = ChunkPool.Rent(_control.Count);
            CollectionsMarshal.AsSpan(_control).CopyTo(chunk.Bytes);
            _flight.Add(new Segment(chunk, chunk.Bytes, 0, _control.Count, 0, true));
            _control.Clear();
        }
    }
}
