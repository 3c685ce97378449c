using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
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
    private Batch _current;
    private int _at, _unclaimed;
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
            if (_current.Chunk is not null)
            {
                SkipCommands();
                if (_at < _current.End)
                {
                    return true;
                }
                EndBatch();
            }
            _inGate.Enter();
            bool got = _inbox.TryDequeue(out _current);
            _inGate.Exit();
            if (!got)
            {
                _current = default;
                return false;
            }
            _at = _current.Start;
            _unclaimed = _current.Frames;
        }
    }

    public override ReadOnlySpan<byte> PeekFirst(out bool more)
    {
        SkipCommands();
        ReadHeader(out more, out int body, out int length);
        return _current.Chunk!.Bytes.AsSpan(body, length);
    }

    public override void ReadFrame(ref Msg msg)
    {
        SkipCommands();
        ReadHeader(out bool more, out int body, out int length);
        _at = body + length;
        _unclaimed--;
        msg.SetSlice(_current.Chunk!, body, length, more);
        if (_at >= _current.End)
        {
            EndBatch();
        }
        else
        {
            Prefetch(_current.Chunk!.Bytes, _at);
        }
    }

    /// <summary>
    /// A program that serves many sockets in turn has lost the next message from its core's cache when it comes back. Fetched now, it is there.
    /// </summary>
    private static unsafe void Prefetch(byte[] bytes, int at)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref bytes[at])); // a hint: an array that moves meanwhile does no harm
        }
    }

    private void ReadHeader(out bool more, out int body, out int length)
    {
        var at = _current.Chunk!.Bytes.AsSpan(_at);
        more = (at[0] & MoreFlag) != 0;
        if ((at[0] & LongFlag) == 0)
        {
            length = at[1];
            body = _at + 2;
        }
        else
        {
            length = (int)BinaryPrimitives.ReadInt64BigEndian(at[1..]);
            body = _at + 9;
        }
    }

    /// <summary>Commands were obeyed when they came; their bytes still stand between the frames.</summary>
    private void SkipCommands()
    {
        var bytes = _current.Chunk!.Bytes;
        while (_at < _current.End && (bytes[_at] & 4) != 0)
        {
            ReadHeader(out _, out int body, out int length);
            _at = body + length;
        }
    }

    private void EndBatch()
    {
        _current.Chunk!.Release(1 + _unclaimed);
        _inGate.Enter();
        _inMessages -= _current.Messages;
        _inBytes -= _current.End - _current.Start;
        var options = Owner.Options;
        bool resume = _paused && _inBytes < options.ReceiveHighWatermarkBytes
            && (options.ReceiveHighWatermark == 0 || _inMessages <= options.ReceiveHighWatermark / 2);
        _paused &= !resume;
        _inGate.Exit();
        _current = default;
        if (resume && !Owner.IsReadingLent)
        {
            Reactor.Shared.Post(static () => { });
        }
    }

    private readonly record struct Batch(Chunk? Chunk, int Start, int End, int Messages, int Frames);
}
