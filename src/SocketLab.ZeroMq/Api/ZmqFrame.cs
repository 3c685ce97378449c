using System.Buffers.Binary;
using System.Text;

namespace SocketLab.ZeroMq;

/// <summary>One frame of a <see cref="ZmqMessage"/>: a byte array and how much of it is used.</summary>
public class ZmqFrame
{
    private int _messageSize;

    /// <summary>A frame over an array, which it then owns.</summary>
    public ZmqFrame(byte[] buffer) : this(buffer, Length(buffer)) { }

    /// <summary>A frame over the first bytes of an array.</summary>
    public ZmqFrame(byte[] buffer, int length)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)buffer.Length, nameof(length));
        Buffer = buffer;
        _messageSize = length;
    }

    /// <summary>A frame of zero bytes.</summary>
    public ZmqFrame(int length) : this(new byte[length]) { }

    /// <summary>A frame of text in UTF-8.</summary>
    public ZmqFrame(string message) : this(message, SendReceiveConstants.DefaultEncoding) { }

    /// <summary>A frame of text.</summary>
    public ZmqFrame(string message, Encoding encoding)
        : this((encoding ?? throw new ArgumentNullException(nameof(encoding))).GetBytes(message)) { }

    /// <summary>A new frame without bytes.</summary>
    public static ZmqFrame Empty => new([]);

    /// <summary>The array behind the frame.</summary>
    public byte[] Buffer { get; }

    /// <summary>Length of the array.</summary>
    public int BufferSize => Buffer.Length;

    /// <summary>How much of the array belongs to the frame.</summary>
    public int MessageSize
    {
        get => _messageSize;
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)value, (uint)Buffer.Length);
            _messageSize = value;
        }
    }

    /// <summary>Whether it has no bytes.</summary>
    public bool IsEmpty => _messageSize == 0;

    /// <summary>A frame with a copy of an array.</summary>
    public static ZmqFrame Copy(byte[] buffer) => new((byte[])(buffer ?? throw new ArgumentNullException(nameof(buffer))).Clone());

    /// <summary>A frame with a copy of another's bytes.</summary>
    public static ZmqFrame Copy(ZmqFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return new(frame.AsSpan().ToArray());
    }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> AsSpan() => Buffer.AsSpan(0, _messageSize);

    /// <summary>The bytes as text in UTF-8.</summary>
    public string ConvertToString() => SendReceiveConstants.DefaultEncoding.GetString(AsSpan());

    /// <summary>The bytes as text.</summary>
    public string ConvertToString(Encoding encoding)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        return encoding.GetString(AsSpan());
    }

    /// <summary>The first four bytes as a big-endian number.</summary>
    public int ConvertToInt32() => BinaryPrimitives.ReadInt32BigEndian(AsSpan());

    /// <summary>The first eight bytes as a big-endian number.</summary>
    public long ConvertToInt64() => BinaryPrimitives.ReadInt64BigEndian(AsSpan());

    /// <summary>A frame with its own copy of the bytes.</summary>
    public ZmqFrame Duplicate() => Copy(this);

    /// <summary>The array, or a copy when asked for or when only part of it is used.</summary>
    public byte[] ToByteArray(bool copy = false) => copy || _messageSize != Buffer.Length ? AsSpan().ToArray() : Buffer;

    /// <summary>Whether the bytes are equal.</summary>
    public bool Equals(byte[]? other) => other is not null && AsSpan().SequenceEqual(other);

    /// <summary>Whether the bytes are equal.</summary>
    public bool Equals(ZmqFrame? other) => other is not null && AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ZmqFrame);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(AsSpan());
        return hash.ToHashCode();
    }

    private static int Length(byte[] buffer) => (buffer ?? throw new ArgumentNullException(nameof(buffer))).Length;
}
