using System.Buffers;
using SocketLab.Diagram;
using SocketLab.Tests.Shared;
using SocketLab.Transport.Trace;

namespace SocketLab.Tests.Diagram;

public sealed class DiagramCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("socketlab-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Two_processes_traces_become_one_diagram()
    {
        var (serverTrace, clientTrace) = (In("server.jsonl"), In("client.jsonl"));
        await using var server = Started.Lab("udp-echo", "server", "--port", "0", "--count", "1", "--trace", serverTrace);
        var port = await server.PortAsync();
        await using var client = Started.Lab("udp-echo", "client", "--port", $"{port}", "--trace", clientTrace, "Hello There");
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal(0, await server.ExitAsync());
        await using var drawn = Started.Lab("diagram", clientTrace, serverTrace, "--ascii");
        Assert.Equal(0, await drawn.ExitAsync());
        Assert.Equal(2, drawn.Output.Split("\"Hello There\" 11 B").Length - 1);
        Assert.DoesNotContain("LOST", drawn.Output);
        foreach (var ending in (string[])["svg", "html", "mmd", "txt"])
        {
            await using var saved = Started.Lab("diagram", clientTrace, serverTrace, "-o", In("lesson." + ending));
            Assert.Equal(0, await saved.ExitAsync());
            Assert.Contains("Hello There", await File.ReadAllTextAsync(In("lesson." + ending)));
        }
    }

    [Fact]
    public async Task A_trace_whose_writer_was_killed_is_drawn_up_to_the_half_line()
    {
        var trace = Write("killed.jsonl", Client());
        await File.AppendAllTextAsync(trace, "{\"seq\":3,\"us\":12");
        await using var drawn = Started.Lab("diagram", trace);
        Assert.Equal(0, await drawn.ExitAsync());
        Assert.Contains("\"hi\" 2 B", drawn.Output);
        Assert.Contains("the last line is not whole", drawn.Error);
    }

    [Fact]
    public async Task What_is_no_trace_is_an_error_of_one_line_and_a_hint()
    {
        await File.WriteAllTextAsync(In("letter.txt"), "Dear reader\nyours\n");
        foreach (var arguments in new string[][] { [In("letter.txt")], [In("absent.jsonl")], [Write("empty.jsonl", [])], [Write("fine.jsonl", Client()), "-o", In("no/such/folder.svg")] })
        {
            await using var drawn = Started.Lab(["diagram", .. arguments]);
            Assert.Equal(2, await drawn.ExitAsync());
            Assert.Equal(2, drawn.Error.TrimEnd().Split('\n').Length);
        }
    }

    private static List<TraceEvent> Client() => new Told("udp-echo client", "0.0.0.0:40000", "127.0.0.1:5677").Does(TraceKind.Create).Sends("hi");

    private string In(string name) => Path.Combine(_folder, name);

    private string Write(string name, List<TraceEvent> events)
    {
        var output = new ArrayBufferWriter<byte>();
        TraceJson.WriteHeader(output, "test");
        foreach (var e in events)
        {
            TraceJson.Write(output, e);
        }
        File.WriteAllBytes(In(name), output.WrittenSpan.ToArray());
        return In(name);
    }
}
