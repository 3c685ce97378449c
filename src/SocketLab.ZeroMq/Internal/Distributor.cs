using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// What PUB and XPUB share (RFC 29): a message goes to every peer with a matching topic, encoded once. For a peer whose queue is full it
/// is dropped and counted; the others do not wait.
/// </summary>
internal sealed class Distributor(ZmqSocket owner)
{
    private const string Full = "the queue to this subscriber is full";
    private readonly PublisherLog _log = new();

    public bool TrySend(Pipe[] pipes, Span<Msg> message)
    {
        var first = message[0].Span;
        if (owner.Options.NoDrop && AnyIsFull(pipes, first))
        {
            return false;
        }
        if (pipes is [var only])
        {
            // Nobody to share an encoded copy with.
            if (only.Topics is { } topics && topics.Matches(first) && !only.TryWrite(message) && only.IsOnline)
            {
                owner.Drop(only, ZmqDropKind.QueueFull, Full);
            }
            message.ConsumeAll();
            return true;
        }
        SendToEach(pipes, message);
        message.ConsumeAll();
        return true;
    }

    private void SendToEach(Pipe[] pipes, Span<Msg> message)
    {
        var first = message[0].Span;
        PublisherLog.Run wire = default;
        int small = SmallBytes(message);
        foreach (var pipe in pipes)
        {
            if (pipe.Topics is null || !pipe.Topics.Matches(first))
            {
                continue;
            }
            bool sent;
            if (small > 0 && pipe is StreamPipe stream)
            {
                wire = wire.Chunk is null ? _log.Encode(message, small) : wire;
                sent = stream.TryWriteRun(wire);
            }
            else
            {
                sent = pipe.TryWriteCopy(message);
            }
            if (!sent && pipe.IsOnline)
            {
                owner.Drop(pipe, ZmqDropKind.QueueFull, Full);
            }
        }
    }

    /// <summary>Subscriptions sent as messages, <c>1 topic</c> and <c>0 topic</c> (RFC 23), whatever the version. Others are handed on.</summary>
    public void OnWire(Pipe pipe, ReadOnlySpan<byte> wire, Action<Pipe, byte[][]>? other)
    {
        List<byte[]> frames = [];
        while (FrameCodec.ReadHeader(wire, out byte flags, out ulong length) is > 0 and var header)
        {
            var body = wire.Slice(header, (int)length);
            wire = wire[(header + (int)length)..];
            if ((flags & FrameCodec.Command) != 0)
            {
                continue;
            }
            if (frames.Count == 0 && (flags & 1) == 0 && length > 0 && body[0] <= 1)
            {
                if (owner.OnTopic(pipe, body[0] == 1, body[1..]) is { } error && pipe is StreamPipe { Connection: { } connection })
                {
                    connection.Fail(error);
                    return;
                }
                continue;
            }
            if (other is not null)
            {
                frames.Add(body.ToArray());
                if ((flags & 1) == 0)
                {
                    other(pipe, [.. frames]);
                    frames.Clear();
                }
            }
        }
    }

    /// <summary>Why a subscription is refused; null when it is not.</summary>
    public static string? Refuse(ZmqSocket owner, TopicSet topics, ReadOnlySpan<byte> topic)
    {
        const int MostBytes = 4 << 20, LongestTopic = 64 << 10;
        string? reason = topic.Length > LongestTopic ? $"a subscription of more than {LongestTopic} bytes"
            : topics.Count >= owner.Options.MaxTopicsPerPeer ? $"more than {owner.Options.MaxTopicsPerPeer} subscriptions"
            : topics.Bytes + topic.Length > MostBytes ? $"subscriptions of more than {MostBytes} bytes"
            : null;
        // libzmq's SUB asks again for what it has already; that is no more than it was.
        return reason is null || topics.Contains(topic) ? null : reason;
    }

    private static bool AnyIsFull(Pipe[] pipes, ReadOnlySpan<byte> first)
    {
        foreach (var pipe in pipes)
        {
            if (pipe.Topics is { } topics && topics.Matches(first) && !pipe.MakeRoom() && pipe.IsOnline)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The most bytes that the message takes on the wire; 0 when it is too long to be copied.</summary>
    private int SmallBytes(Span<Msg> message)
    {
        long bytes = 0;
        foreach (ref var frame in message)
        {
            bytes += frame.Size + FrameCodec.LongHeader;
        }
        return bytes <= StreamPipe.CopyLimitBytes && !owner.Options.Conflate ? (int)bytes : 0;
    }
}
