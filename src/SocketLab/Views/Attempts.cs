using System.Globalization;
using SocketLab.Transport.Trace;

namespace SocketLab.Views;

/// <summary>
/// A ZeroMQ socket that connects tries again for ever, about once a second. A reader is told of what is new: the first attempt, another
/// reason, success; in between, less and less often, that it is still trying.
/// </summary>
internal sealed class Attempts
{
    private const long FirstPauseUs = 5_000_000, LongestPauseUs = 60_000_000;
    private readonly Dictionary<string, Streak> _streaks = [];
    private int _failed;

    /// <summary>What to show of an event: itself, or a sum of several, or nothing.</summary>
    public TraceEvent? ToShow(TraceEvent e)
    {
        switch (e.Kind)
        {
            // The error has said already why the connection ends.
            case TraceKind.Error when e.Connection > 0:
                _failed = e.Connection;
                break;
            case TraceKind.Disconnect when e.Connection > 0 && e.Connection == _failed:
                return null;
            default:
                break;
        }
        // A raw socket connects when the program says so, and not again by itself.
        if (e.Peer is not { } peer || !peer.Contains("://", StringComparison.Ordinal))
        {
            return e;
        }
        switch (e.Kind)
        {
            case TraceKind.Handshake:
                _streaks.Remove(peer);
                return e;
            case TraceKind.Retry:
                return Retried(peer, e);
            case TraceKind.Connect or TraceKind.Error:
                return Of(peer).Seen.Add((e.Kind, e.Note)) ? e : null;
            default:
                return e;
        }
    }

    private TraceEvent? Retried(string peer, TraceEvent e)
    {
        var streak = Of(peer);
        streak.Count++;
        // "again in 133 ms: connection refused": the time differs at each attempt.
        var note = e.Note ?? "";
        var reason = note.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon ? note[(colon + 2)..] : "";
        if (streak.Seen.Add((e.Kind, reason)))
        {
            streak.SayAgainUs = e.ElapsedUs + streak.PauseUs;
            return e;
        }
        if (e.ElapsedUs < streak.SayAgainUs)
        {
            return null;
        }
        streak.PauseUs = Math.Min(2 * streak.PauseUs, LongestPauseUs);
        streak.SayAgainUs = e.ElapsedUs + streak.PauseUs;
        return e with { Note = string.Create(CultureInfo.InvariantCulture, $"still trying, {streak.Count:N0} attempts by now{(reason.Length > 0 ? ": " + reason : "")}") };
    }

    private Streak Of(string peer) => _streaks.TryGetValue(peer, out var streak) ? streak : _streaks[peer] = new Streak();

    /// <summary>The attempts since the last one that succeeded.</summary>
    private sealed class Streak
    {
        public HashSet<(TraceKind Kind, string? Note)> Seen { get; } = [];

        public long Count { get; set; }

        public long PauseUs { get; set; } = FirstPauseUs;

        public long SayAgainUs { get; set; }
    }
}
