using SocketLab.ZeroMq.Internal;
using SocketLab.ZeroMq.Sockets;
using SocketLab.ZeroMq.Tests.Zmtp;
using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Tests.Hostile;

/// <summary>The set of a subscriber's topics: what it matches, and what matching costs whoever publishes.</summary>
public class TopicSetTests
{
    [Fact]
    public void It_matches_what_begins_with_a_topic_whatever_was_added_and_removed_before()
    {
        for (int seed = 0; seed < Mutator.Cases(normal: 300, nightlyShare: 20); seed++)
        {
            var random = new Random(seed);
            var set = new TopicSet();
            List<byte[]> model = [];
            int letters = 1 + random.Next(3), longest = 1 + random.Next(12);
            for (int i = 0; i < 120; i++)
            {
                byte[] word = Word();
                bool isHeld = model.Exists(t => t.AsSpan().SequenceEqual(word));
                if (random.Next(5) < 3)
                {
                    Assert.NotEqual(isHeld, set.Add(word));
                    model.AddRange(isHeld ? [] : [word]);
                }
                else
                {
                    byte[] gone = model.Count > 0 && random.Next(2) == 0 ? model[random.Next(model.Count)] : word;
                    Assert.Equal(model.RemoveAll(t => t.AsSpan().SequenceEqual(gone)) > 0, set.Remove(gone));
                }
                byte[] first = Word();
                Assert.True(model.Exists(t => first.AsSpan().StartsWith(t)) == set.Matches(first), $"seed {seed}, step {i}");
                Assert.Equal(model.Exists(t => t.AsSpan().SequenceEqual(first)), set.Contains(first));
            }
            Assert.Equal((model.Count, model.Sum(t => (long)t.Length)), (set.Count, set.Bytes));

            byte[] Word() => [.. Enumerable.Range(0, random.Next(longest)).Select(_ => (byte)random.Next(letters))];
        }
    }

    /// <summary>All that a peer may subscribe to, each topic of another length; how long it takes is for the benchmarks to say.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    public void Topics_of_very_many_lengths_match_only_what_begins_with_one_of_them(byte last)
    {
        var set = new TopicSet();
        for (int length = 2; length < 2_880; length++)
        {
            set.Add([.. Enumerable.Repeat((byte)'g', length - 1), last]);
        }
        byte[] first = [.. Enumerable.Repeat((byte)'g', 4_000)];
        Assert.False(set.Matches(first));
        first[2_878] = last;
        Assert.True(set.Matches(first));
        Assert.True(set.Matches(first.AsSpan(0, 2_879)));
        Assert.False(set.Matches(first.AsSpan(0, 2_878)));
        set.Remove(first.AsSpan(0, 2_879).ToArray());
        Assert.False(set.Matches(first));
    }

    [Fact]
    public void A_topic_of_more_than_64_KiB_ends_the_connection_in_either_form()
    {
        using var gone = new Seen(ZmqEventKind.Disconnected);
        using var pub = new PublisherSocket { Observe = gone.On };
        string endpoint = pub.BindFree("tcp");
        foreach (int minor in (int[])[0, 1])
        {
            using var peer = WirePeer.Connect(endpoint, "SUB");
            peer.Send(Command.Topic(true, new byte[70_000], minor));
            Assert.Contains(minor == 0 ? "a subscription of more than 65536 bytes" : "a command of", gone.Wait(), StringComparison.Ordinal);
        }
    }
}
