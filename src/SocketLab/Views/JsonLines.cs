using System.Buffers;
using SocketLab.Transport.Trace;

namespace SocketLab.Views;

/// <summary>Writes every event, payload and all, as JSON lines: <c>--json</c> to standard output, <c>--trace FILE</c> to a file.</summary>
internal sealed class JsonLines : ITraceView, IDisposable
{
    private const int FlushBytes = 64 * 1024;
    private readonly Stream _output;
    private readonly ArrayBufferWriter<byte> _buffer = new(FlushBytes);

    public JsonLines(string name, Stream output, string role)
    {
        (Name, _output) = (name, output);
        TraceJson.WriteHeader(_buffer, role);
    }

    /// <summary>What it is called in a message about it: <c>trace FILE</c>.</summary>
    public string Name { get; }

    public int PayloadBytes => int.MaxValue;

    public void See(TraceEvent e)
    {
        TraceJson.Write(_buffer, e);
        if (_buffer.WrittenCount >= FlushBytes)
        {
            WriteOut();
        }
    }

    public void Flush()
    {
        WriteOut();
        _output.Flush();
    }

    public void Dispose()
    {
        Flush();
        _output.Dispose();
    }

    private void WriteOut()
    {
        _output.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }
}
