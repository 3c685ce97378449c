using SocketLab.Explain;
using SocketLab.Transport.Trace;

namespace SocketLab.Diagram;

/// <summary>
/// Makes one chart of the traces of several processes: lanes, then arrows (by connection and byte offset, by tuple and ordinal, by
/// message), then an order in which nothing comes before what brought it about (Lamport, 1978), then rows.
/// </summary>
internal static class ChartBuilder
{
    /// <param name="traces">Each process's events.</param>
    /// <param name="wire">Draw ZeroMQ's greetings, handshakes and subscriptions as arrows too.</param>
    /// <param name="mostRows">Rows to draw before the middle is folded; 0: all.</param>
    public static Chart Build(IEnumerable<IReadOnlyList<TraceEvent>> traces, bool wire = false, int mostRows = 400)
    {
        var chart = new Chart();
        foreach (var trace in traces)
        {
            AddLanes(chart, trace, wire);
        }
        NumberDoubles(chart.Lanes);
        var ends = ConnectionEnd.Of(chart);
        ConnectionEnd.Match(ends);
        foreach (var end in ends)
        {
            StreamPairing.Pair(chart, end);
        }
        DatagramPairing.Pair(chart);
        MessagePairing.Pair(chart, ends, wire);
        CausalOrder.Sort(chart);
        chart.Rows = Folding.Fold(Rows(chart), mostRows);
        for (var i = 0; i < chart.Rows.Count; i++)
        {
            foreach (var step in chart.Rows[i].Steps)
            {
                step.Row = i;
            }
        }
        return chart;
    }

    private static void AddLanes(Chart chart, IReadOnlyList<TraceEvent> trace, bool wire)
    {
        var mine = new Dictionary<string, (Lane Lane, InferredStates States)>();
        foreach (var e in trace)
        {
            if (e.Kind is TraceKind.Wire && !wire)
            {
                continue;
            }
            if (!mine.TryGetValue(e.Role, out var at))
            {
                at = (new Lane(chart.Lanes.Count, e.Role, null, traced: true), new InferredStates());
                mine.Add(e.Role, at);
                chart.Lanes.Add(at.Lane);
            }
            var step = new Step(at.Lane, at.Lane.Steps.Count, e) { State = at.States.After(e) };
            at.Lane.Steps.Add(step);
            if (e.Kind is TraceKind.Bind or TraceKind.Listen or TraceKind.Ready && e.Local is not null)
            {
                at.Lane.Where = e.Local;
            }
        }
    }

    private static void NumberDoubles(List<Lane> lanes)
    {
        foreach (var same in lanes.GroupBy(lane => lane.Name).Where(group => group.Count() > 1).ToList())
        {
            foreach (var (i, lane) in same.Index())
            {
                lane.Name = $"{lane.Name} {i + 1}";
            }
        }
    }

    /// <summary>A send whose one receive comes next shares its row; everything else has a row of its own.</summary>
    private static List<Row> Rows(Chart chart)
    {
        var rows = new List<Row>();
        for (var i = 0; i < chart.Order.Count; i++)
        {
            var step = chart.Order[i];
            var next = i + 1 < chart.Order.Count ? chart.Order[i + 1] : null;
            if (step.Out is [{ To: { } to }] && to == next && to.In.Count == 1 && to.Lane != step.Lane)
            {
                rows.Add(new Row([step, to]));
                i++;
            }
            else
            {
                rows.Add(new Row([step]));
            }
        }
        return rows;
    }
}
