using System.Buffers.Binary;
using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Tests.Zmtp;

/// <summary>However the octets are cut on their way, the same frames come of them, the same answers, and the same end.</summary>
public class SplitTests
{
    [Fact]
    public void Every_recorded_stream_cut_in_two_anywhere_means_the_same()
    {
        using var feed = new Feed();
        foreach (var (name, bytes) in Golden.Streams())
        {
            string type = Kinds.PeerOf(Golden.TypeOf(bytes) is { } sender && Kinds.All.Contains(sender) ? sender : "PUSH");
            string whole = Assert.Single(feed.Run(type, [[bytes]]));
            var cases = Enumerable.Range(1, bytes.Length).Select(cut => (byte[][])[bytes[..cut], bytes[cut..]]);
            int at = 0;
            foreach (var batch in cases.Chunk(64))
            {
                foreach (string outcome in feed.Run(type, batch))
                {
                    at++;
                    Assert.True(whole == outcome, $"{name}, cut at {at}:\n{outcome}\nand whole:\n{whole}");
                }
            }
        }
    }

    [Fact]
    public void Every_recorded_stream_octet_by_octet_means_the_same()
    {
        using var feed = new Feed();
        foreach (var (name, bytes) in Golden.Streams())
        {
            string type = Kinds.PeerOf(Golden.TypeOf(bytes) is { } sender && Kinds.All.Contains(sender) ? sender : "PUSH");
            byte[][] octets = [.. bytes.Select(b => (byte[])[b])];
            var outcomes = feed.Run(type, [[bytes], octets]);
            Assert.True(outcomes[0] == outcomes[1], $"{name}, octet by octet:\n{outcomes[1]}\nand whole:\n{outcomes[0]}");
        }
    }

    /// <summary>Messages longer than a read, with what stands before and behind them, in pieces of every kind.</summary>
    [Fact]
    public void Long_messages_in_pieces_of_any_length_mean_the_same()
    {
        using var feed = new Feed();
        var random = new Random(37);
        List<byte> stream = [.. RawPeer.Greeting, .. RawPeer.Ready("PUSH")];
        Span<byte> header = stackalloc byte[FrameCodec.LongHeader];
        foreach (int length in (int[])[70_000, 0, 1, 300_000, 65_536, 255, 256, 1_000, 200_000])
        {
            byte[] body = new byte[length];
            random.NextBytes(body);
            stream.AddRange(header[..FrameCodec.WriteHeader(header, length, random.Next(2) == 0)]);
            stream.AddRange(body);
            stream.AddRange(Command.Pong("x"u8));
        }
        stream.AddRange("\0\u0003end"u8);
        byte[] bytes = [.. stream];
        var outcomes = feed.Run("PULL", Enumerable.Range(0, 12).Select(round => Cut(bytes, random, round == 0 ? 100_000 : 1 << (5 + round))));
        Assert.Contains("received 656E64", outcomes[0], StringComparison.Ordinal);
        Assert.All(outcomes, outcome => Assert.True(outcomes[0] == outcome, "pieces of one length made other frames than those of another"));
    }

    /// <summary>The codec alone, of every length whose header is worth a look.</summary>
    [Fact]
    public void A_header_is_needed_whole_and_no_more_than_it()
    {
        Span<byte> header = stackalloc byte[FrameCodec.LongHeader];
        foreach (int length in (int[])[0, 1, 254, 255, 256, 65_535, 65_536, int.MaxValue])
        {
            foreach (bool more in (bool[])[false, true])
            {
                int n = FrameCodec.WriteHeader(header, length, more);
                for (int cut = 0; cut < n; cut++)
                {
                    Assert.Equal(FrameCodec.NeedMore, FrameCodec.ReadHeader(header[..cut], out _, out _));
                }
                Assert.Equal(n, FrameCodec.ReadHeader(header[..n], out byte flags, out ulong read));
                Assert.Equal((ulong)length, read);
                Assert.Equal((more ? 1 : 0) | (length > 255 ? 2 : 0), flags);
            }
        }
    }

    [Fact]
    public void Six_of_256_flags_are_legal_and_a_first_octet_is_enough_to_tell()
    {
        byte[] legal = [.. Enumerable.Range(0, 256).Select(f => (byte)f).Where(f => FrameCodec.ReadHeader([f], out _, out _) != FrameCodec.Illegal)];
        Assert.Equal([0, 1, 2, 3, 4, 6], legal);
        byte[] longest = [2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        Assert.Equal(FrameCodec.LongHeader, FrameCodec.ReadHeader(longest, out _, out ulong length));
        Assert.Equal(ulong.MaxValue, length);
        Assert.Equal(BinaryPrimitives.ReadUInt64BigEndian(longest.AsSpan(1)), length);
    }

    private static byte[][] Cut(byte[] bytes, Random random, int most)
    {
        List<byte[]> pieces = [];
        for (int at = 0; at < bytes.Length;)
        {
            int n = Math.Min(1 + random.Next(Math.Min(most, 60_000)), bytes.Length - at);
            pieces.Add(bytes[at..(at + n)]);
            at += n;
        }
        return [.. pieces];
    }
}
