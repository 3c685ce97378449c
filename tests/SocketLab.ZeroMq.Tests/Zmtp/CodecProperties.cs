using FsCheck;
using FsCheck.Fluent;
using SocketLab.ZeroMq.Tests.Hostile;
using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Tests.Zmtp;

/// <summary>What holds of all bytes, tried on many: FsCheck makes them, and makes the smallest that fails.</summary>
public class CodecProperties
{
    private static readonly Config Settings = Config.QuickThrowOnFailure.WithMaxTest(Mutator.Cases(normal: 500, nightlyShare: 10)).WithEndSize(300);

    [Fact]
    public void Every_message_that_is_written_is_read_back() => Check<byte[][]>(frames =>
    {
        List<byte> wire = [];
        Span<byte> header = stackalloc byte[FrameCodec.LongHeader];
        for (int i = 0; i < frames.Length; i++)
        {
            wire.AddRange(header[..FrameCodec.WriteHeader(header, frames[i].Length, i < frames.Length - 1)]);
            wire.AddRange(frames[i]);
        }
        ReadOnlySpan<byte> rest = wire.ToArray();
        for (int i = 0; i < frames.Length; i++)
        {
            int n = FrameCodec.ReadHeader(rest, out byte flags, out ulong length);
            if (n <= 0 || (flags & FrameCodec.More) != 0 != i < frames.Length - 1 || !rest.Slice(n, (int)length).SequenceEqual(frames[i]))
            {
                return false;
            }
            rest = rest[(n + (int)length)..];
        }
        return rest.IsEmpty;
    });

    [Fact]
    public void Every_command_that_is_written_is_read_back() => Check<(byte[] Text, ushort Number)>(given =>
    {
        byte[] context = [.. given.Text.Take(Command.LongestContext)];
        var pong = Body(Command.Pong(context));
        bool isPong = Command.TryRead(pong, out var command) && command.Is("PONG"u8) && command.Data.SequenceEqual(context);
        var ping = Body(Command.Ping(given.Number * 100));
        bool isPing = Command.TryRead(ping, out command) && command.Is("PING"u8) && command.TryReadPing(out int ttl, out var none)
            && ttl == given.Number * 100 && none.IsEmpty;
        var topic = Body(Command.Topic(given.Number % 2 == 0, given.Text, peerMinor: 1));
        bool isTopic = Command.TryRead(topic, out command) && command.Data.SequenceEqual(given.Text)
            && command.Is(given.Number % 2 == 0 ? "SUBSCRIBE"u8 : "CANCEL"u8);
        var error = Body(Command.Error(PlainText.Of(given.Text)));
        bool isError = Command.TryRead(error, out command) && command.TryReadError(out string reason) && reason == PlainText.Of(given.Text);
        return isPong && isPing && isTopic && isError;
    });

    [Fact]
    public void Every_identity_that_is_written_is_read_back() => Check<byte[]>(given =>
    {
        byte[] identity = [.. given.SkipWhile(b => b == 0).Take(255)];
        var ready = NullHandshake.Read(Body(NullHandshake.Ready(ZmqSocketType.Dealer, identity)), ZmqSocketType.Router);
        return ready.Reason is null && ready.Type == "DEALER" && ready.Identity.SequenceEqual(identity);
    });

    [Fact]
    public void No_bytes_make_the_readers_throw() => Check<byte[]>(bytes =>
    {
        _ = FrameCodec.ReadHeader(bytes, out _, out _);
        _ = Greeting.Refuse(bytes);
        _ = NullHandshake.Read(bytes, ZmqSocketType.Pull);
        _ = NullHandshake.Read([5, .. "READY"u8, .. bytes], ZmqSocketType.Pull);
        foreach (byte[] body in (byte[][])[bytes, [4, .. "PING"u8, .. bytes], [5, .. "ERROR"u8, .. bytes]])
        {
            if (Command.TryRead(body, out var command))
            {
                _ = command.TryReadPing(out _, out _);
                _ = command.TryReadError(out _);
            }
        }
        return true;
    });

    private static void Check<T>(Func<T, bool> holds) => FsCheck.Check.One(Settings, Prop.ForAll(ArbMap.Default.ArbFor<T>(), holds));

    private static ReadOnlySpan<byte> Body(byte[] frame) => frame.AsSpan(FrameCodec.ReadHeader(frame, out _, out _)..);
}
