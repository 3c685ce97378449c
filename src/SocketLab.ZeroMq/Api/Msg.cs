using System.Text;
using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq;

/// <summary>
/// One frame without copies: initialise it (<see cref="InitPool"/>, <see cref="InitGC(byte[], int)"/>, <see cref="InitEmpty"/>), send or
/// receive it, and <see cref="Close"/> it. Sending takes the content over and leaves the message empty. A received message is a
/// slice of a shared pooled buffer, which is kept as long as the message is open: close it soon, or copy.
/// </summary>
public partial struct Msg
{
    private byte[]? _data;
    private Chunk? _owner;
    private int _offset;
    private int _size;
    private MsgFlags _flags;
    private MsgType _type;
    private bool _borrowed;
    // Nobody else ever had a reference to the owner: it can be given back without a look at its count, which another core may hold.
    private bool _sole;

    /// <summary>Where the bytes live.</summary>
    public readonly MsgType MsgType => _type;

    /// <summary>The flags of the frame.</summary>
    public readonly MsgFlags Flags => _flags;

    /// <summary>Length of the content in bytes.</summary>
    public readonly int Size => _size;

    /// <summary>Whether another frame of the same message follows.</summary>
    public readonly bool HasMore => (_flags & MsgFlags.More) != 0;

    /// <summary>Whether the frame holds a routing id.</summary>
    public readonly bool IsIdentity => (_flags & MsgFlags.Identity) != 0;

    /// <summary>Whether the bytes are shared with other messages.</summary>
    public readonly bool IsShared => (_flags & MsgFlags.Shared) != 0;

    /// <summary>Whether it has been initialised and not closed.</summary>
    public readonly bool IsInitialised => _type != MsgType.Uninitialised;

    /// <summary>Whether it is the delimiter between envelope and body.</summary>
    public readonly bool IsDelimiter => _type == MsgType.Delimiter;

    /// <summary>Whether it was initialised as empty.</summary>
    public readonly bool IsEmpty => _type == MsgType.Empty;

    /// <summary>The array that holds the content, from <see cref="Offset"/> on; null for an empty message.</summary>
    public readonly byte[]? Data => _data;

    /// <summary>Where in <see cref="Data"/> the content begins.</summary>
    public readonly int Offset => _offset;

    /// <summary>One byte of the content.</summary>
    public readonly byte this[int index]
    {
        get => Slice()[index];
        set => Slice()[index] = value;
    }

    internal readonly Chunk? Owner => _owner;

    internal readonly ReadOnlySpan<byte> Span => new(_data, _offset, _size);

    /// <summary>A message without bytes.</summary>
    public void InitEmpty()
    {
        this = default;
        _type = MsgType.Empty;
    }

    /// <summary>The empty frame between envelope and body.</summary>
    public void InitDelimiter()
    {
        this = default;
        _type = MsgType.Delimiter;
    }

    /// <summary>A message of <paramref name="size"/> uninitialised bytes from the pool, to be filled in.</summary>
    public void InitPool(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        var owner = ChunkPool.Rent(size);
        _data = owner.Bytes;
        _owner = owner;
        _offset = 0;
        _size = size;
        _flags = MsgFlags.None;
        _type = MsgType.Pool;
        _borrowed = false;
        _sole = true;
    }

    /// <summary>A message over the first <paramref name="size"/> bytes of an array, which then belongs to the message.</summary>
    public void InitGC(byte[] data, int size) => InitGC(data, 0, size);

    /// <summary>A message over part of an array, which then belongs to the message.</summary>
    public void InitGC(byte[] data, int offset, int size)
    {
        ArgumentNullException.ThrowIfNull(data);
        _ = new ReadOnlySpan<byte>(data, offset, size);
        this = new Msg { _data = data, _offset = offset, _size = size, _type = MsgType.GC };
    }

    /// <summary>Lets go of the bytes. The message is then not initialised.</summary>
    /// <exception cref="FaultException">It was not initialised.</exception>
    public void Close()
    {
        if (_type == MsgType.Uninitialised)
        {
            throw new FaultException("a message that is not initialised was closed");
        }
        Drop();
    }

    /// <summary>Makes this message share the bytes of <paramref name="src"/>.</summary>
    public void Copy(ref Msg src)
    {
        src.Own();
        src.Share();
        src._flags |= src._owner is null ? 0 : MsgFlags.Shared;
        var copy = src;
        Drop();
        this = copy;
    }

    /// <summary>Takes the content of <paramref name="src"/> over and leaves that empty.</summary>
    public void Move(ref Msg src)
    {
        var moved = src;
        src.InitEmpty();
        Drop();
        this = moved;
    }

    /// <summary>Counts further holders of the same bytes.</summary>
    public void AddReferences(int amount)
    {
        _sole = false;
        _owner?.AddReferences(amount);
        _flags |= MsgFlags.Shared;
    }

    /// <summary>Takes holders off again.</summary>
    public void RemoveReferences(int amount) => _owner?.Release(amount);

    /// <summary>Sets flags.</summary>
    public void SetFlags(MsgFlags flags) => _flags |= flags;

    /// <summary>Clears flags.</summary>
    public void ResetFlags(MsgFlags flags) => _flags &= ~flags;

    /// <summary>The content.</summary>
    public readonly Span<byte> Slice() => new(_data, _offset, _size);

    /// <summary>The content from an offset on.</summary>
    public readonly Span<byte> Slice(int offset) => Slice()[offset..];

    /// <summary>Part of the content.</summary>
    public readonly Span<byte> Slice(int offset, int count) => Slice().Slice(offset, count);

    /// <summary>The content as memory.</summary>
    public readonly Memory<byte> SliceAsMemory() => new(_data, _offset, _size);

    /// <summary>Takes bytes off the front.</summary>
    public void TrimPrefix(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)_size, nameof(count));
        _offset += count;
        _size -= count;
    }

    /// <summary>Sets the first byte.</summary>
    public readonly void Put(byte b) => Slice()[0] = b;

    /// <summary>Sets one byte.</summary>
    public readonly void Put(byte b, int i) => Slice()[i] = b;

    /// <summary>Copies the first <paramref name="len"/> bytes of an array in.</summary>
    public readonly void Put(byte[] src, int dstOffset, int len) => src.AsSpan(0, len).CopyTo(Slice(dstOffset));

    /// <summary>Copies part of an array in.</summary>
    public readonly void Put(byte[] src, int srcOffset, int dstOffset, int len) =>
        src.AsSpan(srcOffset, len).CopyTo(Slice(dstOffset));

    /// <summary>Copies bytes in.</summary>
    public readonly void Put(Span<byte> src, int offset) => src.CopyTo(Slice(offset));

    /// <summary>Encodes a string into the content.</summary>
    public readonly void Put(Encoding encoding, string str, int index)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        encoding.GetBytes(str, Slice(index));
    }

    /// <summary>Copies the content out.</summary>
    public readonly void CopyTo(Span<byte> span) => Slice().CopyTo(span);

    /// <summary>A copy of the content.</summary>
    public readonly byte[] ToArray() => _size == 0 ? [] : Slice().ToArray();

    /// <summary>A copy of the content.</summary>
    public readonly byte[] CloneData() => ToArray();

    /// <summary>The content as text.</summary>
    public readonly string GetString(Encoding encoding)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        return encoding.GetString(Slice());
    }

    /// <summary>Part of the content as text.</summary>
    public readonly string GetString(Encoding encoding, int offset, int count)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        return encoding.GetString(Slice(offset, count));
    }

    /// <summary>Kind, length and flags.</summary>
    public override readonly string ToString() => $"Msg[{_type},{_size},{_flags}]";
}
