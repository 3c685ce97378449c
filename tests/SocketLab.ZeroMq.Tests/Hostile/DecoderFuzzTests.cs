using SocketLab.ZeroMq.Tests.Zmtp;
using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Tests.Hostile;

/// <summary>
/// Golden streams with flipped, lost and added octets against the decoder. SOCKETLAB_FUZZ_CASES=N tries N of them (nightly; a million
/// take a few minutes), without it a few thousand.
/// </summary>
public class DecoderFuzzTests
{
    /// <summary>A case may end in any way but one: by an exception. And whole or in pieces, it ends in the same.</summary>
    [Fact]
    public void No_stream_throws_or_means_something_else_in_pieces()
    {
        int cases = Mutator.Cases(normal: 3_000);
        using var feed = new Feed();
        var left = new Dictionary<string, int>();
        foreach (int[] seeds in Enumerable.Range(0, cases).Chunk(64))
        {
            string type = Kinds.All[seeds[0] / 64 % Kinds.All.Length];
            var streams = seeds.Select(seed => Mutator.Make(seed, out _)).ToArray();
            var outcomes = feed.Run(type, streams.SelectMany((bytes, i) => (byte[][][])[[bytes], Mutator.Cut(bytes, seeds[i])]));
            for (int i = 0; i < seeds.Length; i++)
            {
                string whole = outcomes[2 * i];
                Assert.True(whole == outcomes[(2 * i) + 1], $"seed {seeds[i]} to {type}, in pieces:\n{outcomes[(2 * i) + 1]}\nand whole:\n{whole}");
                string end = whole[(whole.LastIndexOf('\n') + 1)..];
                left[end] = left.GetValueOrDefault(end) + 1;
            }
        }
        // The cases are worth their time only if they get everywhere: into traffic, and to every kind of end.
        Assert.Contains("open", left.Keys);
        foreach (string word in (string[])["not ZeroMQ", "mechanism", "READY is malformed", "does not talk to", "flags", "PING", "without a name"])
        {
            Assert.Contains(left.Keys, end => end.Contains(word, StringComparison.Ordinal));
        }
    }

    /// <summary>The pure functions, without a connection around them: many more cases in the same time.</summary>
    [Fact]
    public void No_octets_make_a_pure_function_throw_or_read_past_their_end()
    {
        int cases = Mutator.Cases(normal: 20_000);
        for (int seed = 0; seed < cases; seed++)
        {
            byte[] bytes = Mutator.Make(seed, out string from);
            try
            {
                Walk(bytes);
            }
            catch (Exception error)
            {
                Assert.Fail($"seed {seed} of {from}: {error}");
            }
        }
    }

    private static void Walk(ReadOnlySpan<byte> bytes)
    {
        for (int n = 0; n <= Math.Min(bytes.Length, Greeting.Length); n += 9)
        {
            if (Greeting.Refuse(bytes[..n]) is { } reason)
            {
                Assert.True(Greeting.Refuse(bytes) is not null, "what was refused is accepted with more octets");
                Assert.All(reason, c => Assert.InRange(c, ' ', '~'));
                break;
            }
        }
        var rest = bytes.Length > Greeting.Length ? bytes[Greeting.Length..] : bytes;
        while (FrameCodec.ReadHeader(rest, out byte flags, out ulong length) is > 0 and var header && length <= (ulong)(rest.Length - header))
        {
            var body = rest.Slice(header, (int)length);
            foreach (var mine in Enum.GetValues<ZmqSocketType>().Where(t => (int)t is >= 0 and < 11))
            {
                var peer = NullHandshake.Read(body, mine);
                Assert.True(peer.Reason is not null || (peer.Type is not null && peer.Identity.Length <= 255));
            }
            if ((flags & FrameCodec.Command) != 0 && Command.TryRead(body, out var command))
            {
                _ = command.TryReadPing(out int ttl, out var context);
                Assert.True(ttl >= 0 && context.Length <= Command.LongestContext);
                _ = command.TryReadError(out string reason);
                Assert.All(reason, c => Assert.InRange(c, ' ', '~'));
            }
            rest = rest[(header + (int)length)..];
        }
    }
}
