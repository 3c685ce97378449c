using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SocketLab.Transport.Trace;

/// <summary>The journal as JSON lines: one header line, then one line an event. <c>SCHEMA.md</c> beside this file is its description.</summary>
public static class TraceJson
{
    private const string SchemaName = "socketlab-trace";
    private static readonly string[] KindNames = [.. Enum.GetNames<TraceKind>().Select(Hyphenate)];
    private static readonly Dictionary<string, TraceKind> KindsByName = KindNames.Select((name, i) => (name, (TraceKind)i)).ToDictionary();

    /// <summary>A kind as it is written in JSON: <c>end-of-stream</c>.</summary>
    public static string Name(TraceKind kind) => KindNames[(int)kind];

    /// <summary>Writes the line that a file begins with, line feed included.</summary>
    public static void WriteHeader(IBufferWriter<byte> output, string role)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("schema"u8, SchemaName);
            json.WriteNumber("version"u8, TraceEvent.SchemaVersion);
            json.WriteString("role"u8, role);
            json.WriteEndObject();
        }
        output.Write("\n"u8);
    }

    /// <summary>Writes one event as a line, line feed included.</summary>
    public static void Write(IBufferWriter<byte> output, TraceEvent e)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(e);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteNumber("seq"u8, e.Sequence);
            json.WriteNumber("us"u8, e.ElapsedUs);
            json.WriteString("time"u8, e.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture));
            json.WriteString("role"u8, e.Role);
            json.WriteString("kind"u8, Name(e.Kind));
            WriteText(json, "local"u8, e.Local);
            WriteText(json, "peer"u8, e.Peer);
            WriteNumber(json, "conn"u8, e.Connection, 0);
            if (e.Direction != TraceDirection.None)
            {
                json.WriteString("dir"u8, e.Direction == TraceDirection.In ? "in"u8 : "out"u8);
            }
            WriteNumber(json, "offset"u8, e.Offset, -1);
            WriteNumber(json, "ordinal"u8, e.Ordinal, 0);
            if (e.Bytes != 0 || e.Direction != TraceDirection.None)
            {
                json.WriteNumber("bytes"u8, e.Bytes);
            }
            WriteNumber(json, "count"u8, e.Count, 0);
            if (e.Frames is { } frames)
            {
                json.WriteStartArray("frames"u8);
                foreach (var size in frames)
                {
                    json.WriteNumberValue(size);
                }
                json.WriteEndArray();
            }
            if (!e.Payload.IsEmpty)
            {
                json.WriteBase64String("payload"u8, e.Payload.Span);
                if (e.Payload.Length <= 256 && IsPlainText(e.Payload.Span))
                {
                    json.WriteString("text"u8, e.Payload.Span);
                }
            }
            WriteText(json, "error"u8, e.Error);
            WriteText(json, "note"u8, e.Note);
            json.WriteEndObject();
        }
        output.Write("\n"u8);
    }

    /// <summary>Reads the events of one file; the header, and fields and kinds that this version does not know, are passed over.</summary>
    /// <exception cref="FormatException">A line is no JSON object, or the header names another schema or a later version.</exception>
    public static IEnumerable<TraceEvent> Read(TextReader input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var number = 0;
        while (input.ReadLine() is { } line)
        {
            number++;
            if (line.Length > 0 && ReadLine(line, number) is { } e)
            {
                yield return e;
            }
        }
    }

    private static TraceEvent? ReadLine(string line, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var json = document.RootElement;
            if (json.TryGetProperty("schema"u8, out var schema))
            {
                return schema.GetString() == SchemaName && json.GetProperty("version"u8).GetInt32() <= TraceEvent.SchemaVersion
                    ? null
                    : throw new FormatException($"line {number}: not a {SchemaName} file of version {TraceEvent.SchemaVersion} or lower");
            }
            return KindsByName.TryGetValue(json.GetProperty("kind"u8).GetString() ?? "", out var kind) ? FromJson(json, kind) : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"line {number}: not an event of the journal: {e.Message}", e);
        }
    }

    private static TraceEvent FromJson(JsonElement json, TraceKind kind) => new()
    {
        Kind = kind,
        Sequence = Number(json, "seq"u8, 0),
        ElapsedUs = Number(json, "us"u8, 0),
        Time = json.TryGetProperty("time"u8, out var time) ? time.GetDateTimeOffset() : default,
        Role = Text(json, "role"u8) ?? "",
        Local = Text(json, "local"u8),
        Peer = Text(json, "peer"u8),
        Connection = (int)Number(json, "conn"u8, 0),
        Direction = Text(json, "dir"u8) switch { "in" => TraceDirection.In, "out" => TraceDirection.Out, _ => TraceDirection.None },
        Offset = Number(json, "offset"u8, -1),
        Ordinal = Number(json, "ordinal"u8, 0),
        Bytes = Number(json, "bytes"u8, 0),
        Count = Number(json, "count"u8, 0),
        Frames = json.TryGetProperty("frames"u8, out var frames) ? [.. frames.EnumerateArray().Select(size => size.GetInt32())] : null,
        Payload = json.TryGetProperty("payload"u8, out var payload) ? payload.GetBytesFromBase64() : default,
        Error = Text(json, "error"u8),
        Note = Text(json, "note"u8),
    };

    private static long Number(JsonElement json, ReadOnlySpan<byte> name, long otherwise) =>
        json.TryGetProperty(name, out var value) ? value.GetInt64() : otherwise;

    private static string? Text(JsonElement json, ReadOnlySpan<byte> name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, long value, long otherwise)
    {
        if (value != otherwise)
        {
            json.WriteNumber(name, value);
        }
    }

    private static bool IsPlainText(ReadOnlySpan<byte> bytes)
    {
        if (bytes.ContainsAnyInRange((byte)0, (byte)8) || bytes.ContainsAnyInRange((byte)14, (byte)31) || bytes.Contains((byte)127))
        {
            return false;
        }
        return System.Text.Unicode.Utf8.IsValid(bytes);
    }

    private static string Hyphenate(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
            {
                text.Append('-');
            }
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}
