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

    /// <summary>The most particular text: for the layer, kind and role; else for the layer and kind; else for the kind on any socket.</summary>
    public static Explanation? Of(Layer layer, TraceKind kind, string roleWord)
    {
        var (name, on) = (TraceJson.Name(kind), layer switch { Layer.Udp => "udp", Layer.Tcp => "tcp", _ => "zeromq" });
        var texts = English.Value;
        return texts.GetValueOrDefault($"{on}/{name} {roleWord}") ?? texts.GetValueOrDefault($"{on}/{name}") ?? texts.GetValueOrDefault($"any/{name}");
    }

    public static Explanation? Of(TraceEvent e) => Of(Layers.Of(e), e.Kind,
        e is { Kind: TraceKind.Close, Connection: 0 } && e.Role.EndsWith(" server", StringComparison.Ordinal) ? "listener" : e.Role[(e.Role.LastIndexOf(' ') + 1)..]);

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
