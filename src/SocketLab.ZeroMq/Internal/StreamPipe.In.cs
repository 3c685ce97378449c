using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// The way in: batches of whole, checked messages, decoded where they lie when the program asks. A batch comes with one reference to
/// its chunk for each frame, so that handing out a slice counts nothing.
/// </summary>
internal sealed partial class StreamPipe
{
    private SpinGate _inGate;
    private readonly Queue<Batch> _inbox = new();
    private long _inMessages, _inBytes, _receivedMessages;
    private volatile bool _paused;

    /// <summary>Too much waits here for the program: reading from the peer pauses.</summary>
    public bool IsPaused => _paused;

    /// <summary>On the thread that reads the connection: whole messages have come.</summary>
    public void Deliver(Chunk chunk, int start, int end, int messages, int frames)
    {
        chunk.AddReferences(frames + 1);
        int received = messages;
        var options = Owner.Options;
        _inGate.Enter();
        if (options.Conflate)
        {
            (start, int passed) = LastMessage(chunk.Bytes, start, end);
            chunk.Release(passed);
            (messages, frames) = (1, frames - passed);
            while (_inbox.TryDequeue(out var old))
            {
                old.Chunk!.Release(old.Frames + 1);
                _inMessages -= old.Messages;
                _inBytes -= old.End - old.Start;
            }
        }
        _inbox.Enqueue(new Batch(chunk, start, end, messages, frames));
        _inMessages += messages;
        _inBytes += end - start;
        _receivedMessages += received;
        _paused = (options.ReceiveHighWatermark > 0 && _inMessages >= options.ReceiveHighWatermark)
            || _inBytes >= options.ReceiveHighWatermarkBytes;
        _inGate.Exit();
        Activate();
    }

    /// <summary>Where the last message begins, and how many frames stand before it.</summary>
    private static (int Start, int Frames) LastMessage(byte[] bytes, int start, int end)
    {
        int last = start, begin = start, before = 0, beforeBegin = 0, frames = 0;
        for (int at = start; at < end;)
        {
            at += FrameCodec.ReadHeader(bytes.AsSpan(at, end - at), out byte flags, out ulong length) + (int)length;
            frames += (flags & FrameCodec.Command) == 0 ? 1 : 0;
            if ((flags & (FrameCodec.Command | FrameCodec.More)) == 0)
            {
                (last, before, begin, beforeBegin) = (begin, beforeBegin, at, frames);
            }
        }
        return (last, before);
    }

    public override bool HasMessage()
    {
        while (true)
        {
            if (_cursor.Batch.Chunk is not null)
            {
                SkipCommands();
                if (_cursor.At < _cursor.Batch.End)
                {
                    return true;
                }
                EndBatch();
            }
            _inGate.Enter();
            bool got = _inbox.TryDequeue(out _cursor.Batch);
            _inGate.Exit();
            if (!got)
            {
                _cursor.Batch = default;
                return false;
            }
            _cursor.At = _cursor.Batch.Start;
            _cursor.Unclaimed = _cursor.Batch.Frames;
        }
    }

    private void EndBatch()
    {
        _cursor.Batch.Chunk!.Release(1 + _cursor.Unclaimed);
        _inGate.Enter();
        _inMessages -= _cursor.Batch.Messages;
        _inBytes -= _cursor.Batch.End - _cursor.Batch.Start;
        var options = Owner.Options;
        bool resume = _paused && _inBytes < options.ReceiveHighWatermarkBytes
            && (options.ReceiveHighWatermark == 0 || _inMessages <= options.ReceiveHighWatermark / 2);
        _paused &= !resume;
        _inGate.Exit();
        _cursor.Batch = default;
        if (resume && !Owner.IsReadingLent)
        {
            Reactor.Shared.Post(static () => { });
        }
    }

    private readonly record struct Batch(Chunk? Chunk, int Start, int End, int Messages, int Frames);
}
