using SocketLab.Transport.Trace;

namespace SocketLab.Explain;

/// <summary>
/// The state that each of a role's sockets must be in after an event, by RFC 9293 section 3.3.2, in the names that ss(8) prints.
/// It is inferred from the calls alone; what the kernel itself says is in KernelTable.
/// </summary>
internal sealed class InferredStates
{
    private readonly Dictionary<int, Ends> _ends = [];

    [Flags]
    private enum Ends
    {
        None = 0,
        Ours = 1,
        Theirs = 2,
    }

    /// <summary>The state after this event; null: it changes nothing, or nothing can be said.</summary>
    public string? After(TraceEvent e) => Layers.Of(e) switch
    {
        Layer.Tcp => Tcp(e),
        Layer.Udp => e.Kind switch
        {
            TraceKind.Bind => "UNCONN",
            TraceKind.Connect => "ESTAB",
            TraceKind.Close => "closed",
            _ => null,
        },
        _ => e.Kind switch
        {
            TraceKind.Handshake => "connected",
            TraceKind.Disconnect => "disconnected",
            TraceKind.Close => "closed",
            _ => null,
        },
    };

    private string? Tcp(TraceEvent e)
    {
        var ends = _ends.GetValueOrDefault(e.Connection);
        switch (e.Kind)
        {
            case TraceKind.Listen:
                return "LISTEN";
            case TraceKind.Connect or TraceKind.Accept:
                return "ESTAB";
            case TraceKind.Shutdown:
                _ends[e.Connection] = ends | Ends.Ours;
                return ends.HasFlag(Ends.Theirs) ? "LAST-ACK" : "FIN-WAIT";
            case TraceKind.EndOfStream:
                _ends[e.Connection] = ends | Ends.Theirs;
                return ends.HasFlag(Ends.Ours) ? "TIME-WAIT" : "CLOSE-WAIT";
            case TraceKind.Reset or TraceKind.Refused or TraceKind.BrokenPipe:
                _ends[e.Connection] = Ends.Ours | Ends.Theirs; // what is closed later has no state to leave
                return "CLOSED";
            case TraceKind.Close when e.Connection == 0 || e.Note?.Contains("reset", StringComparison.OrdinalIgnoreCase) == true:
                return "CLOSED";
            case TraceKind.Close:
                _ends.Remove(e.Connection);
                return ends switch { Ends.Theirs => "LAST-ACK", Ends.Ours | Ends.Theirs => null, _ => "FIN-WAIT" };
            default:
                return null;
        }
    }
}
