using System.Globalization;
using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Patterns;

/// <summary>
/// Drops come by the hundred thousand when a subscriber is flooded: the journal gets the first one at once, and from then on one event
/// a peer and second, with the count of those since. None is left uncounted.
/// </summary>
internal sealed class DropTally(TraceLog log)
{
    private const int SecondMs = 1000;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string? Peer, string Reason), Held> _held = [];

    public void Add(string? peer, string reason, long count, int connection)
    {
        lock (_gate)
        {
            if (_held.TryGetValue((peer, reason), out var held))
            {
                held.Count += count;
                held.Connection = connection;
                return;
            }
            _held[(peer, reason)] = new Held { Connection = connection, Timer = new Timer(_ => Turn((peer, reason)), null, SecondMs, SecondMs) };
        }
        Write(peer, reason, count, connection);
    }

    /// <summary>Says what is still only counted: of one peer, or of all.</summary>
    public void Say(string? peer = null)
    {
        foreach (var key in Keys(peer))
        {
            Turn(key);
        }
    }

    private List<(string? Peer, string Reason)> Keys(string? peer)
    {
        lock (_gate)
        {
            return [.. _held.Keys.Where(key => peer is null || key.Peer == peer)];
        }
    }

    private void Turn((string? Peer, string Reason) key)
    {
        long count;
        int connection;
        lock (_gate)
        {
            if (!_held.TryGetValue(key, out var held))
            {
                return;
            }
            (count, connection, held.Count) = (held.Count, held.Connection, 0);
            if (count == 0)
            {
                // A second without a drop: the next one is said at once again.
                held.Timer.Dispose();
                _held.Remove(key);
            }
        }
        if (count > 0)
        {
            Write(key.Peer, key.Reason, count, connection);
        }
    }

    private void Write(string? peer, string reason, long count, int connection) => log.Write(new TraceEvent
    {
        Kind = TraceKind.Drop,
        Peer = peer,
        Connection = connection,
        Count = count,
        Note = string.Create(CultureInfo.InvariantCulture, $"{count:N0} message{(count == 1 ? "" : "s")}: {reason}"),
    });

    private sealed class Held
    {
        public required Timer Timer { get; init; }

        public int Connection { get; set; }

        public long Count { get; set; }
    }
}
