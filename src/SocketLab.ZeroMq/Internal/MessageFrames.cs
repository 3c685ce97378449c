using System.Runtime.CompilerServices;

namespace SocketLab.ZeroMq.Internal;

/// <summary>What is done with all frames of a message at once.</summary>
internal static class MessageFrames
{
    /// <summary>The same bytes once more, each with one holder more; whoever asks closes them, or hands them over.</summary>
    public static Msg[] CopyAll(this Span<Msg> frames)
    {
        var copies = new Msg[frames.Length];
        for (int i = 0; i < copies.Length; i++)
        {
            copies[i].Copy(ref frames[i]);
        }
        return copies;
    }

    /// <summary>Lets go of them.</summary>
    public static void DropAll(this Span<Msg> frames)
    {
        foreach (ref var frame in frames)
        {
            frame.Drop();
        }
    }

    /// <summary>Lets go of them and leaves them empty, as after sending.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ConsumeAll(this Span<Msg> frames)
    {
        foreach (ref var frame in frames)
        {
            frame.Consume();
        }
    }
}
