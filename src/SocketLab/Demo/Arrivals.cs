using SocketLab.Diagram;
using SocketLab.Transport.Trace;

namespace SocketLab.Demo;

/// <summary>
/// Keeps count of what was shown as sent on each flow, so that what came of it is shown later. It never waits long: 150 ms in which
/// nobody shows anything, and the event is shown as it stands.
/// </summary>
internal sealed class Arrivals
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(150);
    private readonly Dictionary<(int From, int To, string What), long> _sent = [];
    private readonly object _gate = new();
    private int _queued;

    public void WaitForCause(TraceEvent e)
    {
        if (CauseOf(e) is not var (flow, needed))
        {
            return;
        }
        lock (_gate)
        {
            while (_sent.GetValueOrDefault(flow) < needed && (Monitor.Wait(_gate, Patience) || _queued > 0))
            {
            }
        }
    }

    /// <summary>Somebody has something to show and waits for the turn.</summary>
    public void Queue()
    {
        lock (_gate)
        {
            _queued++;
        }
    }

    public void Shown(TraceEvent e)
    {
        var (from, to) = (EndPointName.Parse(e.Local).Port, EndPointName.Parse(e.Peer).Port);
        lock (_gate)
        {
            switch (e.Kind)
            {
                case TraceKind.Send when e.Offset >= 0: _sent[(from, to, "bytes")] = e.Offset + e.Bytes; break;
                case TraceKind.Send: _sent[(from, to, "messages")] = e.Ordinal; break;
                case TraceKind.Connect: _sent[(from, to, "connect")] = 1; break;
                case TraceKind.Shutdown or TraceKind.Close: _sent[(from, to, "end")] = 1; break;
                default: break;
            }
            _queued--;
            Monitor.PulseAll(_gate);
        }
    }

    private static ((int, int, string) Flow, long Needed)? CauseOf(TraceEvent e)
    {
        var (from, to) = (EndPointName.Parse(e.Peer).Port, EndPointName.Parse(e.Local).Port);
        return e.Kind switch
        {
            TraceKind.Receive when e.Offset >= 0 => ((from, to, "bytes"), e.Offset + e.Bytes),
            TraceKind.Receive when e.Ordinal > 0 => ((from, to, "messages"), e.Ordinal),
            TraceKind.Accept => ((from, to, "connect"), 1),
            TraceKind.EndOfStream => ((from, to, "end"), 1),
            _ => null,
        };
    }
}
