namespace SocketLab.Diagram;

/// <summary>
/// One order for all steps: each lane's own, and every send before its receives. Clocks play no part. Among what is free to come
/// next, a message that is under way comes first (the oldest), then a lane that has one waiting behind other steps, then the lane that is
/// speaking, then the lane that is least far.
/// </summary>
internal static class CausalOrder
{
    public static void Sort(Chart chart)
    {
        var lanes = chart.Lanes.Where(lane => lane.Steps.Count > 0).ToList();
        var next = new int[chart.Lanes.Count];
        var waiting = new int[chart.Lanes.Count];
        var order = new List<Step>(lanes.Sum(lane => lane.Steps.Count));
        Lane? speaking = null;
        while (true)
        {
            Step? best = null;
            var bestRank = (int.MaxValue, 0, 0);
            Step? stuck = null;
            foreach (var lane in lanes)
            {
                if (next[lane.Index] >= lane.Steps.Count)
                {
                    continue;
                }
                var head = lane.Steps[next[lane.Index]];
                if (head.In.Exists(arrow => arrow.From is { Position: < 0 }))
                {
                    stuck = stuck is null || next[lane.Index] < next[stuck.Lane.Index] ? head : stuck;
                    continue;
                }
                var sentAt = head.In.Count > 0 && head.In.TrueForAll(arrow => arrow.From is not null) ? head.In.Max(arrow => arrow.From!.Position) : -1;
                var rank = sentAt >= 0 ? (0, sentAt, lane.Index) : waiting[lane.Index] > 0 ? (1, next[lane.Index], lane.Index) : lane == speaking ? (2, 0, 0) : (3, next[lane.Index], lane.Index);
                if (rank.CompareTo(bestRank) < 0)
                {
                    (best, bestRank) = (head, rank);
                }
            }
            // Traces that contradict each other (edited, or of different runs) still get drawn: the arrow then points upwards.
            best ??= stuck;
            if (best is null)
            {
                chart.Order = order;
                return;
            }
            best = ReceiverFirst(best, next);
            best.Position = order.Count;
            order.Add(best);
            next[best.Lane.Index]++;
            waiting[best.Lane.Index] -= best.In.Count(arrow => arrow.From is not null);
            foreach (var arrow in best.Out.Where(arrow => arrow.To is not null))
            {
                waiting[arrow.ToLane.Index]++;
            }
            speaking = best.Lane;
        }
    }

    /// <summary>Before a send, what its receiver does anyway until then (its bind, its connect): so the arrow can be drawn level.</summary>
    private static Step ReceiverFirst(Step best, int[] next)
    {
        foreach (var to in best.Out.Select(arrow => arrow.To).OfType<Step>().Where(to => to.Lane != best.Lane && next[to.Lane.Index] < to.Index))
        {
            var head = to.Lane.Steps[next[to.Lane.Index]];
            if (head.In.Count == 0 && head.Out.Count == 0)
            {
                return head;
            }
        }
        return best;
    }
}
