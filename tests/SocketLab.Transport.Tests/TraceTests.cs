using System.Buffers;
using System.Text;
using SocketLab.Tests.Shared;
using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Tests;

public sealed class TraceTests
{
    private static TraceEvent Full(TraceKind kind) => new()
    {
        Sequence = 7,
        ElapsedUs = 1234,
        Time = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
        Role = "tcp-echo server",
        Kind = kind,
        Local = "127.0.0.1:5677",
        Peer = "[::1]:40000",
        Connection = 3,
        Direction = TraceDirection.In,
        Offset = 0,
        Ordinal = 9,
        Bytes = 5,
        Count = -1,
        Frames = [2, 0, 3],
        Payload = new byte[] { 0, 27, 255, 65, 10 },
        Error = "ConnectionReset",
        Note = "a \"note\" with ünïcode and \u202E",
    };

    private static List<TraceEvent> RoundTrip(params TraceEvent[] events)
    {
        var output = new ArrayBufferWriter<byte>();
        TraceJson.WriteHeader(output, "test");
        foreach (var e in events)
        {
            TraceJson.Write(output, e);
        }
        return [.. TraceJson.Read(new StringReader(Encoding.UTF8.GetString(output.WrittenSpan)))];
    }

    [Fact]
    public void Every_kind_and_every_field_survives_the_round_trip()
    {
        foreach (var kind in Enum.GetValues<TraceKind>())
        {
            var e = Full(kind);
            var back = Assert.Single(RoundTrip(e));
            Assert.Equal(e.Payload.ToArray(), back.Payload.ToArray());
            Assert.Equal(e.Frames, back.Frames);
            Assert.Equal(e with { Payload = default, Frames = null }, back with { Payload = default, Frames = null });
        }
    }

    [Fact]
    public void What_is_not_known_is_left_out_of_the_line_and_comes_back_as_not_known()
    {
        var e = new TraceEvent { Kind = TraceKind.Create };
        Assert.Equal(e, Assert.Single(RoundTrip(e)));
    }

    [Fact]
    public void The_schema_description_names_every_kind_and_field()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "SCHEMA.md"));
        foreach (var kind in Enum.GetValues<TraceKind>())
        {
            Assert.Contains($"`{TraceJson.Name(kind)}`", text, StringComparison.Ordinal);
        }
        var line = new ArrayBufferWriter<byte>();
        TraceJson.Write(line, Full(TraceKind.Send) with { Payload = "plain"u8.ToArray() });
        using var json = System.Text.Json.JsonDocument.Parse(line.WrittenMemory);
        foreach (var field in json.RootElement.EnumerateObject())
        {
            Assert.Matches($@"(?m)^\|[^|]*`{field.Name}`", text);
        }
        Assert.Equal(18, json.RootElement.EnumerateObject().Count());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{\"kind\":3}")]
    [InlineData("{}")]
    [InlineData("{\"schema\":\"something-else\",\"version\":1}")]
    [InlineData("{\"schema\":\"socketlab-trace\",\"version\":99}")]
    public void A_file_of_something_else_is_refused_with_its_line(string line) =>
        Assert.StartsWith("line 1:", Assert.Throws<FormatException>(() => TraceJson.Read(new StringReader(line)).ToList()).Message, StringComparison.Ordinal);

    [Fact]
    public void Fields_and_kinds_of_a_later_program_are_passed_over() =>
        Assert.Single(TraceJson.Read(new StringReader("{\"kind\":\"quantum\"}\n{\"kind\":\"send\",\"colour\":\"red\"}\n")));

    [Fact]
    public async Task A_view_that_cannot_keep_up_is_told_how_many_events_it_missed()
    {
        var log = new TraceLog("test");
        using var view = new HeldView();
        log.Attach(view, queueEvents: 10);
        log.Write(new TraceEvent { Kind = TraceKind.Note });
        await Wait.UntilAsync(() => view.Entered);
        for (var i = 0; i < 100; i++)
        {
            log.Write(new TraceEvent { Kind = TraceKind.Note });
        }
        view.Release();
        await log.FlushAsync();
        log.Write(new TraceEvent { Kind = TraceKind.Note });
        await log.FlushAsync();
        var missed = view.Seen.Where(e => e.Kind == TraceKind.Gap).Sum(e => e.Count);
        Assert.Equal(102, missed + view.Seen.Count(e => e.Kind == TraceKind.Note));
        Assert.True(missed > 0);
    }

    [Fact]
    public async Task A_view_that_throws_does_not_disturb_the_writer_or_the_other_views()
    {
        var log = new TraceLog("test");
        var good = new EventList();
        log.Attach(new BrokenView());
        log.Attach(good);
        for (var i = 0; i < 5; i++)
        {
            log.Write(new TraceEvent { Kind = TraceKind.Note });
            await log.FlushAsync();
        }
        Assert.Equal(5, good.Count);
    }

    [Fact]
    public async Task What_a_view_did_not_show_is_known_at_the_end_and_why()
    {
        var log = new TraceLog("test");
        var (broken, good) = (new BrokenView(), new EventList());
        log.Attach(broken);
        log.Attach(good);
        for (var i = 0; i < 5; i++)
        {
            log.Write(new TraceEvent { Kind = TraceKind.Note });
            await log.FlushAsync();
        }
        await log.DisposeAsync();
        Assert.Equal(new TraceLoss(broken, 5, "a view's fault"), Assert.Single(log.Losses));
    }

    [Fact]
    public async Task A_view_that_hangs_at_the_end_is_left_behind_and_what_it_missed_is_known()
    {
        var log = new TraceLog("test");
        using var view = new HeldView();
        log.Attach(view);
        log.Write(new TraceEvent { Kind = TraceKind.Note });
        await Wait.UntilAsync(() => view.Entered);
        for (var i = 0; i < 10; i++)
        {
            log.Write(new TraceEvent { Kind = TraceKind.Note });
        }
        await log.DisposeAsync().AsTask().WaitAsync(Wait.Deadline);
        view.Release();
        await Wait.UntilAsync(() => log.Losses.Count > 0);
        Assert.Equal(new TraceLoss(view, 10, null), Assert.Single(log.Losses));
        Assert.Equal(10, Assert.Single(view.Seen, e => e.Kind == TraceKind.Gap).Count);
    }

    [Fact]
    public async Task With_no_view_an_event_allocates_nothing()
    {
        var log = new TraceLog("test");
        var e = new TraceEvent { Kind = TraceKind.Send };
        var payload = new byte[100];
        log.Write(e, payload);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            log.Write(e, payload);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        await log.DisposeAsync();
    }

    [Fact]
    public async Task Payloads_are_copied_only_as_far_as_a_view_asks()
    {
        var log = new TraceLog("test");
        var view = new EventList();
        log.Attach(view);
        var payload = "Hello"u8.ToArray();
        log.Write(new TraceEvent { Kind = TraceKind.Send, Bytes = 5 }, payload);
        payload[0] = (byte)'J';
        await log.DisposeAsync();
        Assert.Equal("Hello"u8.ToArray(), Assert.Single(view).Payload.ToArray());
    }

    private sealed class HeldView : ITraceView, IDisposable
    {
        private readonly ManualResetEventSlim _released = new();

        public List<TraceEvent> Seen { get; } = [];

        public bool Entered { get; private set; }

        public int PayloadBytes => 0;

        public void See(TraceEvent e)
        {
            Entered = true;
            _released.Wait();
            Seen.Add(e);
        }

        public void Flush()
        {
        }

        public void Release() => _released.Set();

        public void Dispose() => _released.Dispose();
    }

    private sealed class BrokenView : ITraceView
    {
        public int PayloadBytes => 0;

        public void See(TraceEvent e) => throw new InvalidOperationException("a view's fault");

        public void Flush()
        {
        }
    }
}
