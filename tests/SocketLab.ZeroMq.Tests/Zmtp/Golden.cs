using System.Text.Json;

namespace SocketLab.ZeroMq.Tests.Zmtp;

/// <summary>What libzmq 4.3.4 sends and does, captured from it byte for byte (regen.py beside the files makes them again).</summary>
internal static class Golden
{
    public static JsonElement Ready { get; } = Load("ready");

    public static JsonElement Pairs { get; } = Load("pairs");

    public static JsonElement Subscriptions { get; } = Load("subscriptions");

    public static JsonElement Heartbeat { get; } = Load("heartbeat");

    public static JsonElement Violations { get; } = Load("violations");

    public static JsonElement TypePairs { get; } = Load("illegal_pairs");

    public static JsonElement Downgrade { get; } = Load("downgrade");

    public static JsonElement Stages { get; } = Load("greeting_stages");

    /// <summary>What NetMQ sends, which greets as 3.0.</summary>
    public static JsonElement NetMQ { get; } = Load("netmq");

    public static byte[] Hex(this JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);

    /// <summary>The names in a file, as cases of a theory.</summary>
    public static TheoryData<string> Names(JsonElement data) => [.. data.EnumerateObject().Select(p => p.Name).Where(n => n[0] != '_')];

    /// <summary>Every recorded stream that begins with a whole greeting: each way of each conversation, by its name.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Streams()
    {
        foreach (var pair in Pairs.EnumerateObject())
        {
            yield return ($"{pair.Name} →", pair.Value.GetProperty("connect_to_bind").Hex("hex"));
            yield return ($"{pair.Name} ←", pair.Value.GetProperty("bind_to_connect").Hex("hex"));
        }
        foreach (var subs in Subscriptions.EnumerateObject())
        {
            yield return (subs.Name, subs.Value.GetProperty("after_reconnect_holding_k1_k1_k2").Hex("hex"));
        }
        foreach (var beat in Heartbeat.EnumerateObject().Where(b => b.Value.TryGetProperty("we_sent", out _)))
        {
            yield return (beat.Name, [.. RawPeer.Greeting, .. RawPeer.Ready("PUSH"), .. beat.Value.Hex("we_sent"), 0, 2, 104, 105]);
        }
        foreach (var netmq in NetMQ.EnumerateObject())
        {
            yield return ($"NetMQ's {netmq.Name}", netmq.Value.Hex("netmq_sent"));
        }
        foreach (var wrong in Violations.EnumerateObject())
        {
            string after = wrong.Value.GetProperty("sent_after_READY").GetString()!;
            yield return (wrong.Name, [.. wrong.Value.Hex("sent_before_READY"), .. after is "FIN" or "RST" ? [] : Convert.FromHexString(after)]);
        }
    }

    /// <summary>The socket type that a stream's READY names, as its own; null when there is none.</summary>
    public static string? TypeOf(byte[] stream)
    {
        var marker = "Socket-Type\0\0\0"u8;
        int at = stream.AsSpan().IndexOf(marker);
        int from = at + marker.Length + 1;
        return at < 0 || from + stream[from - 1] > stream.Length ? null
            : System.Text.Encoding.ASCII.GetString(stream, from, stream[from - 1]);
    }

    private static JsonElement Load(string name) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", $"{name}.json"))).RootElement.GetProperty("data");
}
