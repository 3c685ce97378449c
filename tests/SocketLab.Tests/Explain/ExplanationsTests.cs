using SocketLab.Explain;
using SocketLab.Transport.Trace;

namespace SocketLab.Tests.Explain;

public class ExplanationsTests
{
    // Only what never happens on that kind of socket, and what no call stands behind, may do without.
    private static readonly TraceKind[] Callless = [TraceKind.Note, TraceKind.Gap];

    [Fact]
    public void Each_kind_of_event_has_an_explanation_on_each_kind_of_socket()
    {
        foreach (var kind in Enum.GetValues<TraceKind>())
        {
            foreach (var layer in Enum.GetValues<Layer>())
            {
                var text = Explanations.Of(layer, kind, "server");
                Assert.True(text is not null, $"{layer} {kind} has no explanation");
                Assert.NotEmpty(text.Mind);
                Assert.Equal(Callless.Contains(kind), text.Python.Length == 0);
                Assert.Equal(Callless.Contains(kind), text.CSharp.Length == 0);
            }
        }
    }

    [Fact]
    public void Each_explanation_is_one_line_that_a_projector_shows_whole() => Assert.All(Explanations.All, pair =>
    {
        var (python, csharp, mind) = pair.Value;
        Assert.All(new[] { python, csharp, mind }, text => Assert.True(text.Length <= 125 && !text.Contains('\n'), $"{pair.Key}: {text.Length} characters: {text}"));
        Assert.False(mind.EndsWith('.'), $"{pair.Key}: a line has no full stop");
    });

    [Fact]
    public void Each_text_belongs_to_a_kind_that_exists() => Assert.All(Explanations.All.Keys, key =>
    {
        var name = key.Split('/')[1].Split(' ')[0];
        Assert.Contains(Enum.GetValues<TraceKind>(), kind => TraceJson.Name(kind) == name);
    });

    [Fact]
    public void A_role_s_own_text_comes_before_the_one_for_everybody()
    {
        Assert.NotEqual(Explanations.Of(Layer.Tcp, TraceKind.Close, "server"), Explanations.Of(Layer.Tcp, TraceKind.Close, "client"));
        Assert.Equal(Explanations.Of(Layer.Tcp, TraceKind.Shutdown, "server"), Explanations.Of(Layer.Tcp, TraceKind.Shutdown, "client"));
    }

    [Theory]
    [InlineData("tcp-echo server", TraceKind.Bind, null, "s.bind((\"127.0.0.2\", 6100))")]
    [InlineData("tcp-echo server", TraceKind.Option, "SO_REUSEADDR off", "s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 0)")]
    [InlineData("tcp-echo server", TraceKind.Close, "with a reset (SO_LINGER 0)", "s.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack(\"ii\", 1, 0)); s.close()")]
    [InlineData("pubsub server", TraceKind.Subscribe, null, "xpub.recv()  # b\"\\x01{port}\"")]
    [InlineData("pubsub client 2", TraceKind.Subscribe, null, "s.setsockopt(zmq.SUBSCRIBE, b\"{port}\")")]
    [InlineData("reqrep client", TraceKind.Create, "REQ socket", "s = zmq.Context().socket(zmq.REQ)")]
    public void An_event_s_own_numbers_stand_in_its_lines_and_the_role_s_call_in_its_place(string role, TraceKind kind, string? note, string python)
    {
        var e = new TraceEvent { Role = role, Kind = kind, Note = note, Local = "127.0.0.2:6100", Connection = kind == TraceKind.Bind ? 0 : 1, Payload = "{port}"u8.ToArray() };
        Assert.Equal(python, Explanations.Of(e)?.Python);
    }

    [Fact]
    public void No_line_names_something_that_no_event_can_fill_in() => Assert.All(Explanations.All, pair =>
    {
        var e = new TraceEvent { Role = "x", Kind = TraceKind.Note };
        Assert.DoesNotContain("{", Particulars.Fill(pair.Value.Python, e) + Particulars.Fill(pair.Value.CSharp, e));
    });
}
