using SocketLab.Cli;
using SocketLab.Transport.Trace;
using SocketLab.Views;

namespace SocketLab.Tests.Views;

public sealed class NarrationTests
{
    [Fact]
    public void A_flood_of_one_kind_hides_no_event_of_another_and_is_counted_by_its_name()
    {
        var shown = new StringWriter();
        using (var narration = new Narration(shown, new Ink(false), hex: false, ascii: true))
        {
            foreach (var kind in (TraceKind[])[TraceKind.Send, TraceKind.QueueFull, TraceKind.Drop])
            {
                for (var i = 0; i < 10_000; i++)
                {
                    narration.See(new TraceEvent { Kind = kind });
                }
            }
            narration.See(new TraceEvent { Kind = TraceKind.Waiting, Note = "all workers' queues are full" });
            narration.See(new TraceEvent { Kind = TraceKind.Limit, Note = "too many" });
        }
        var lines = shown.ToString().Split('\n');
        Assert.Contains(lines, line => line.Contains("waiting    all workers' queues are full", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("limit      too many", StringComparison.Ordinal));
        Assert.True(lines.Length < 200, $"{lines.Length} lines");
        foreach (var what in (string[])["sends", "full events", "drop events"])
        {
            Assert.Contains(lines, line => line.Contains($" more {what}, in the last second", StringComparison.Ordinal));
        }
    }
}
