using System.Text.RegularExpressions;
using SocketLab.Bench;

namespace SocketLab.Tests.Bench;

/// <summary>How the report looks, on a narrow terminal and as a page, for measurements that are made up.</summary>
public sealed partial class BenchLayoutTests
{
    private static readonly LoadPlan Plan = new() { Work = Work.TcpEcho, Seconds = 1, WarmupSeconds = 0 };

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void On_80_columns_no_line_is_cut_and_no_server_is_missing(int servers)
    {
        var contest = Made(servers);
        var text = TableReport.Draw(contest, "round trip", Notes.Of(contest, own: true), ascii: false, columns: 80);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 80, line));
        Assert.All(contest.Standings, one => Assert.Contains($" {one.Contestant.Name} │", text, StringComparison.Ordinal));
        // As many figures as when there is room.
        var wide = TableReport.Draw(contest, "round trip", [], ascii: false);
        Assert.Equal(Counts().Count(wide), Counts().Count(text));
    }

    [Fact]
    public void A_file_gets_each_table_and_note_whole()
    {
        var contest = Made(7);
        var text = TableReport.Draw(contest, "round trip", Notes.Of(contest, own: true), ascii: true);
        Assert.Equal(2, text.Split('\n').Count(line => line.StartsWith("| count ", StringComparison.Ordinal) || line.EndsWith("CPU both |", StringComparison.Ordinal)));
        Assert.DoesNotContain(text, character => character > 126);
    }

    [Fact]
    public void Nothing_on_the_page_lies_outside_its_plot_and_the_scales_are_round()
    {
        var page = HtmlReport.Draw(Made(3), "round trip", []);
        var numbers = Places().Matches(page).Select(match => double.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.True(numbers.Count > 20);
        Assert.All(numbers, x => Assert.InRange(x, 0, 1000));
        // The count of each latency: a linear scale from 0 on.
        Assert.Contains(">0</text>", page, StringComparison.Ordinal);
        Assert.Contains(">2</text>", page, StringComparison.Ordinal);
        Assert.Contains(">100</text>", page, StringComparison.Ordinal); // a second has a hundred of them: the rate
        Assert.Contains(">1.00 ms</text>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
    }

    /// <summary>A hundred replies for each server, from 10 µs to 1 s on a logarithmic scale.</summary>
    private static Contest Made(int servers)
    {
        var contest = new Contest([.. Enumerable.Range(0, servers).Select(i => new Contestant($"198.51.100.{i}:5677", Plan, new System.Net.IPEndPoint(1, 5677)))], 1);
        foreach (var one in contest.Standings)
        {
            var measured = new Measurement(Plan);
            measured.Begin(1_000_000_000);
            for (var i = 0; i < 100; i++)
            {
                var now = 1_000_000_000 + (i * 9_900_000L);
                measured.Answered(now, now - (long)(1e4 * Math.Pow(10, i / 20.0)), now);
            }
            one.Rounds.Add(measured);
        }
        return contest;
    }

    [GeneratedRegex(@" 100\b")]
    private static partial Regex Counts();

    [GeneratedRegex("<text x=\"([-0-9.]+)\"")]
    private static partial Regex Places();
}
