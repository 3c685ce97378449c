using System.Text.RegularExpressions;
using SocketLab.Cli;
using SocketLab.Transport.Trace;
using SocketLab.Views;

namespace SocketLab.Tests.Views;

public sealed partial class NarrationTests
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

    [Fact]
    public void Attempts_that_are_all_alike_are_told_once_and_then_less_and_less_often_until_one_succeeds()
    {
        const string There = "tcp://127.0.0.1:5678";
        var shown = Show(narration =>
        {
            for (var second = 1; second <= 120; second++)
            {
                narration.See(new TraceEvent { Kind = TraceKind.Retry, Peer = There, ElapsedUs = second * 1_000_000, Note = $"again in {1000 + second} ms: connection refused" });
            }
            narration.See(new TraceEvent { Kind = TraceKind.Retry, Peer = There, ElapsedUs = 121_000_000, Note = "again in 1000 ms: no route" });
            narration.See(new TraceEvent { Kind = TraceKind.Connect, Peer = There, Connection = 1 });
            narration.See(new TraceEvent { Kind = TraceKind.Handshake, Peer = There, Connection = 1, Note = "ready" });
            narration.See(new TraceEvent { Kind = TraceKind.Retry, Peer = There, ElapsedUs = 122_000_000, Note = "again in 133 ms: connection refused" });
        });
        Assert.Equal(
            ["again in 1001 ms: connection refused", "still trying, 6 attempts by now: connection refused", "still trying, 16 attempts by now: connection refused",
                "still trying, 36 attempts by now: connection refused", "still trying, 76 attempts by now: connection refused", "again in 1000 ms: no route", "again in 133 ms: connection refused"],
            shown.Where(line => line.Contains("retry", StringComparison.Ordinal)).Select(line => line.Split(" - ")[1]));
        Assert.Single(shown, line => line.Contains("connect ", StringComparison.Ordinal));
        Assert.Single(shown, line => line.Contains("handshake", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_publisher_sends_to_a_whole_class_is_shown_a_few_times_a_message_and_counted()
    {
        var shown = Show(narration =>
        {
            foreach (var message in (byte[][])["1-Update!"u8.ToArray(), "2-Update!"u8.ToArray()])
            {
                for (var subscriber = 1; subscriber <= 15; subscriber++)
                {
                    narration.See(new TraceEvent { Kind = TraceKind.Send, Role = "pubsub server", Connection = subscriber, Direction = TraceDirection.Out, Payload = message });
                }
            }
        });
        Assert.Equal(3, shown.Count(line => line.Contains("\"1-Update!\"", StringComparison.Ordinal)));
        Assert.Equal(3, shown.Count(line => line.Contains("\"2-Update!\"", StringComparison.Ordinal)));
        Assert.Contains("24 more sends", shown[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Why_a_handshake_failed_is_said_once()
    {
        var shown = Show(narration =>
        {
            narration.See(new TraceEvent { Kind = TraceKind.Error, Connection = 1, Note = "handshake failed: not ZeroMQ" });
            narration.See(new TraceEvent { Kind = TraceKind.Disconnect, Connection = 1, Note = "not ZeroMQ" });
            narration.See(new TraceEvent { Kind = TraceKind.Disconnect, Connection = 2, Note = "closed by the peer" });
        });
        Assert.Equal(["error      #1 handshake failed: not ZeroMQ", "disconnect #2 closed by the peer"], shown.Select(line => line[11..]));
    }

    [Fact]
    public void A_note_that_quotes_a_peer_cannot_move_the_cursor()
    {
        var line = Assert.Single(Show(narration => narration.See(new TraceEvent { Kind = TraceKind.Note, Note = "\"a\e[2J\u202eb\nc\": gone" })));
        Assert.EndsWith("\"a\\x1B[2J\\u202Eb\\nc\": gone", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_line_is_broken_between_words_and_colours_take_no_room()
    {
        var shown = new StringWriter();
        using (var narration = new Narration(shown, new Ink(true), hex: false, ascii: true, columns: 60))
        {
            narration.See(new TraceEvent { Kind = TraceKind.Waiting, Note = "no publisher is connected any more: trying to reach it again" });
        }
        var lines = Colour().Replace(shown.ToString(), "").TrimEnd().Split('\n');
        Assert.Equal(["    0.000  waiting    no publisher is connected any more:", "                      trying to reach it again"], lines);
    }

    private static List<string> Show(Action<Narration> see)
    {
        var shown = new StringWriter();
        using (var narration = new Narration(shown, new Ink(false), hex: false, ascii: true))
        {
            see(narration);
        }
        return [.. shown.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    [GeneratedRegex(@"\e\[\d+m")]
    private static partial Regex Colour();
}
