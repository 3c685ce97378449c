using FsCheck;
using FsCheck.Fluent;
using SocketLab.Transport.Tcp;

namespace SocketLab.Transport.Tests;

public sealed class FramesTests
{
    [Fact]
    public void However_frames_are_chopped_the_messages_come_out_whole_and_in_order() => Prop.ForAll<byte[][], byte>((messages, step) =>
    {
        foreach (var framing in (Framing[])[Framing.Line, Framing.Length])
        {
            var bodies = messages.Select(one => framing == Framing.Line ? [.. one.Where(b => b != '\n'), (byte)'\n'] : one).ToList();
            var wire = bodies.SelectMany(one => Frames.Encode(framing, one).ToArray()).ToArray();
            var (start, seen) = (0, new List<byte[]>());
            for (var end = 0; end <= wire.Length; end = end == wire.Length ? end + 1 : Math.Min(wire.Length, end + step + 1))
            {
                for (int length; (length = Frames.Measure(framing, wire.AsSpan(start, end - start), asSent: 0)) >= 0; start += length)
                {
                    seen.Add(Frames.Body(framing, wire.AsSpan(start, length)).ToArray());
                }
            }
            if (start != wire.Length || seen.Count != bodies.Count || !seen.Zip(bodies).All(pair => pair.First.SequenceEqual(pair.Second)))
            {
                return false;
            }
        }
        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_length_that_is_not_to_be_believed_is_refused_before_anything_is_allocated_for_it()
    {
        Assert.Throws<InvalidDataException>(() => Frames.Measure(Framing.Length, [0xFF, 0xFF, 0xFF, 0xFF], 0));
        Assert.Throws<InvalidDataException>(() => Frames.Measure(Framing.Line, new byte[Frames.MostBytes + 5], 0));
        Assert.Equal(-1, Frames.Measure(Framing.Length, [0, 0, 1], 0));
        Assert.Equal(4, Frames.Measure(Framing.Length, [0, 0, 0, 0, 1], 0));
    }
}
