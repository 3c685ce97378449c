using System.Text;
using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Tests.Zmtp;

/// <summary>A recorded stream taken apart: greeting, READY, and then messages and commands in their order.</summary>
internal sealed class Stream
{
    public const int Greeting = 64;

    public Stream(byte[] bytes)
    {
        Bytes = bytes;
        int at = Greeting;
        List<byte[]> frames = [];
        int from = 0;
        while (at < bytes.Length)
        {
            int header = FrameCodec.ReadHeader(bytes.AsSpan(at), out byte flags, out ulong length);
            Assert.True(header > 0, $"octet {at} is no header");
            byte[] body = bytes[(at + header)..(at + header + (int)length)];
            from = frames.Count == 0 ? at : from;
            at += header + (int)length;
            if (Traffic == 0)
            {
                Traffic = at;
                continue;
            }
            frames.Add(body);
            if ((flags & FrameCodec.More) == 0)
            {
                Items.Add(new Item([.. frames], (flags & FrameCodec.Command) != 0, bytes[from..at]));
                frames.Clear();
            }
        }
    }

    public byte[] Bytes { get; }

    /// <summary>Where what follows the READY begins.</summary>
    public int Traffic { get; }

    public List<Item> Items { get; } = [];

    /// <summary>A message, or a command, and its octets on the wire.</summary>
    internal sealed record Item(byte[][] Frames, bool IsCommand, byte[] Wire)
    {
        /// <summary>A subscription in either form, as <c>1 topic</c> or <c>0 topic</c>; null when it is something else.</summary>
        public string? Topic => IsCommand
            ? Command.TryRead(Frames[0], out var command) && (command.Is("SUBSCRIBE"u8) || command.Is("CANCEL"u8))
                ? (command.Is("SUBSCRIBE"u8) ? "1" : "0") + Encoding.Latin1.GetString(command.Data)
                : null
            : Frames.Length == 1 && Frames[0].Length > 0 && Frames[0][0] <= 1
                ? $"{Frames[0][0]}{Encoding.Latin1.GetString(Frames[0][1..])}"
                : null;
    }
}
