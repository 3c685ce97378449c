using System.Text;

namespace SocketLab.Cli;

/// <summary>Messages of frames, to and from lines of text.</summary>
internal static class Frames
{
    public static byte[] WithoutLineEnd(ReadOnlyMemory<byte> line) => line.Span.TrimEnd("\r\n"u8).ToArray();

    /// <summary>A message as a line of standard output: its frames, separated by spaces.</summary>
    public static void Show(LabSession session, List<byte[]> frames)
    {
        var line = frames.SelectMany((frame, i) => i == 0 ? frame : [.. " "u8, .. frame]).Append((byte)'\n').ToArray();
        session.DataAsync(line).GetAwaiter().GetResult();
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
