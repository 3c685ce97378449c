using System.Text.Json;
using SocketLab.Transport.Trace;

namespace SocketLab.Explain;

/// <summary>What is said about one step: the course's line, ours, and what learners get wrong.</summary>
/// <param name="Python">As the course writes it; empty: no call stands behind the event.</param>
/// <param name="CSharp">What C# calls.</param>
/// <param name="Mind">The one thing that learners get wrong here.</param>
internal sealed record Explanation(string Python, string CSharp, string Mind);

/// <summary>The texts of --explain: data, apart from code, one file a language (<c>explanations.en.json</c>).</summary>
internal static class Explanations
{
    private static readonly Lazy<Dictionary<string, Explanation>> English = new(() => Load("explanations.en.json"));

    /// <summary>The most particular text: for the layer, kind and variant; else for the layer and kind; else for the kind on any socket.</summary>
    /// <param name="layer">What kind of socket.</param>
    /// <param name="kind">What happened.</param>
    /// <param name="variants">From the most particular on: <c>listener</c>, <c>server</c>.</param>
    public static Explanation? Of(Layer layer, TraceKind kind, params IEnumerable<string> variants)
    {
        var (name, on) = (TraceJson.Name(kind), layer switch { Layer.Udp => "udp", Layer.Tcp => "tcp", _ => "zeromq" });
        foreach (var variant in variants)
        {
            if ((English.Value.GetValueOrDefault($"{on}/{name} {variant}") ?? English.Value.GetValueOrDefault($"any/{name} {variant}")) is { } text)
            {
                return text;
            }
        }
        return English.Value.GetValueOrDefault($"{on}/{name}") ?? English.Value.GetValueOrDefault($"any/{name}");
    }

    /// <summary>The text for one event, with its own addresses and numbers filled in.</summary>
    public static Explanation? Of(TraceEvent e) => Of(Layers.Of(e), e.Kind, Variants(e)) is { } text
        ? new Explanation(Particulars.Fill(text.Python, e), Particulars.Fill(text.CSharp, e), text.Mind)
        : null;

    private static IEnumerable<string> Variants(TraceEvent e)
    {
        var note = e.Note ?? "";
        var circumstance = e.Kind switch
        {
            TraceKind.Option => note.Split(' ')[0],
            TraceKind.Close when note.Contains("reset", StringComparison.Ordinal) => "reset",
            TraceKind.Close when e.Connection == 0 && e.Local is not null => "listener",
            TraceKind.Waiting when e.Peer is not null => "connecting",
            TraceKind.Retry when note.Contains("new socket", StringComparison.Ordinal) => "asking",
            TraceKind.Wire when note.Contains("COMMAND", StringComparison.Ordinal) => "command",
            _ => null,
        };
        return circumstance is null ? [Layers.RoleWord(e)] : [circumstance, Layers.RoleWord(e)];
    }

    /// <summary>Every text with its place, for the test that reads them all.</summary>
    public static IReadOnlyDictionary<string, Explanation> All => English.Value;

    private static Dictionary<string, Explanation> Load(string name)
    {
        using var stream = typeof(Explanations).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the program");
        using var document = JsonDocument.Parse(stream);
        var texts = new Dictionary<string, Explanation>();
        foreach (var layer in document.RootElement.EnumerateObject())
        {
            foreach (var kind in layer.Value.EnumerateObject())
            {
                texts.Add($"{layer.Name}/{kind.Name}", new Explanation(Text(kind.Value, "python"), Text(kind.Value, "csharp"), Text(kind.Value, "mind")));
            }
        }
        return texts;
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
