using System.Buffers.Binary;
using System.Collections;
using System.Text;

namespace SocketLab.ZeroMq;

/// <summary>A message of several frames, to be sent or received as a whole.</summary>
public class ZmqMessage : IEnumerable<ZmqFrame>
{
    private readonly List<ZmqFrame> _frames;

    /// <summary>An empty message.</summary>
    public ZmqMessage(int expectedFrameCount = 4) => _frames = new(expectedFrameCount);

    /// <summary>A message of the given frames.</summary>
    public ZmqMessage(IEnumerable<ZmqFrame> frames) => _frames = [.. frames];

    /// <summary>A message with a frame for each array.</summary>
    public ZmqMessage(IEnumerable<byte[]> buffers) => _frames = [.. buffers.Select(b => new ZmqFrame(b))];

    /// <summary>Number of frames.</summary>
    public int FrameCount => _frames.Count;

    /// <summary>Whether it has no frames.</summary>
    public bool IsEmpty => _frames.Count == 0;

    /// <summary>The first frame.</summary>
    public ZmqFrame First => _frames[0];

    /// <summary>The last frame.</summary>
    public ZmqFrame Last => _frames[^1];

    /// <summary>A frame by its index.</summary>
    public ZmqFrame this[int index] => _frames[index];

    /// <summary>Adds a frame at the end.</summary>
    public void Append(ZmqFrame frame) => _frames.Add(frame ?? throw new ArgumentNullException(nameof(frame)));

    /// <summary>Adds a frame at the end.</summary>
    public void Append(byte[] buffer) => _frames.Add(new(buffer));

    /// <summary>Adds a frame of UTF-8 text at the end.</summary>
    public void Append(string message) => _frames.Add(new(message));

    /// <summary>Adds a frame of text at the end.</summary>
    public void Append(string message, Encoding encoding) => _frames.Add(new(message, encoding));

    /// <summary>Adds a frame of four big-endian bytes at the end.</summary>
    public void Append(int value) => _frames.Add(Number(value));

    /// <summary>Adds a frame of eight big-endian bytes at the end.</summary>
    public void Append(long value) => _frames.Add(Number(value));

    /// <summary>Adds a frame without bytes at the end.</summary>
    public void AppendEmptyFrame() => _frames.Add(ZmqFrame.Empty);

    /// <summary>Adds a frame at the front.</summary>
    public void Push(ZmqFrame frame) => _frames.Insert(0, frame ?? throw new ArgumentNullException(nameof(frame)));

    /// <summary>Adds a frame at the front.</summary>
    public void Push(byte[] buffer) => _frames.Insert(0, new(buffer));

    /// <summary>Adds a frame of UTF-8 text at the front.</summary>
    public void Push(string message) => _frames.Insert(0, new(message));

    /// <summary>Adds a frame of text at the front.</summary>
    public void Push(string message, Encoding encoding) => _frames.Insert(0, new(message, encoding));

    /// <summary>Adds a frame of four big-endian bytes at the front.</summary>
    public void Push(int value) => _frames.Insert(0, Number(value));

    /// <summary>Adds a frame of eight big-endian bytes at the front.</summary>
    public void Push(long value) => _frames.Insert(0, Number(value));

    /// <summary>Adds a frame without bytes at the front.</summary>
    public void PushEmptyFrame() => _frames.Insert(0, ZmqFrame.Empty);

    /// <summary>Takes the first frame off.</summary>
    public ZmqFrame Pop()
    {
        var first = _frames[0];
        _frames.RemoveAt(0);
        return first;
    }

    /// <summary>Takes a frame out; false when it is not there.</summary>
    public bool RemoveFrame(ZmqFrame frame) => _frames.Remove(frame);

    /// <summary>Takes all frames off.</summary>
    public void Clear() => _frames.Clear();

    /// <inheritdoc/>
    public IEnumerator<ZmqFrame> GetEnumerator() => _frames.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The frames as text.</summary>
    public override string ToString() =>
        _frames.Count == 0 ? "ZmqMessage[<no frames>]" : $"ZmqMessage[{string.Join(',', _frames.Select(f => f.ConvertToString()))}]";

    private static ZmqFrame Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return new(bytes);
    }

    private static ZmqFrame Number(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return new(bytes);
    }
}
