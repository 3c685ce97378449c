using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq;

/// <summary>What the engine itself does with a message: lending bytes to it, handing slices to it, letting go.</summary>
public partial struct Msg
{
    /// <summary>A frame over bytes that stay the caller's: whoever keeps it past the call must <see cref="Own"/> it.</summary>
    internal void Borrow(byte[] data, int size)
    {
        _data = data;
        _owner = null;
        _offset = 0;
        _size = size;
        _flags = MsgFlags.None;
        _type = MsgType.GC;
        _borrowed = true;
        _sole = false;
    }

    /// <summary>A slice of a receive chunk; one reference has been counted for it already.</summary>
    internal void SetSlice(Chunk owner, int offset, int size, bool more)
    {
        _data = owner.Bytes;
        _owner = owner;
        _offset = offset;
        _size = size;
        _flags = more ? MsgFlags.More | MsgFlags.Shared : MsgFlags.Shared;
        _type = MsgType.Pool;
        _borrowed = false;
        _sole = false;
    }

    internal void SetMore(bool more) => _flags = more ? _flags | MsgFlags.More : _flags & ~MsgFlags.More;

    /// <summary>Counts one more holder of the same bytes.</summary>
    internal void Share()
    {
        _sole = false;
        _owner?.AddReferences(1);
    }

    /// <summary>Copies borrowed bytes into pooled ones.</summary>
    internal void Own()
    {
        if (_borrowed)
        {
            var owned = default(Msg);
            owned.InitPool(_size);
            Span.CopyTo(owned.Slice());
            owned._flags = _flags;
            this = owned;
        }
    }

    /// <summary>Closes without asking whether it was open.</summary>
    internal void Drop()
    {
        LetGo();
        _owner = null;
        _data = null;
        _size = 0;
        _offset = 0;
        _flags = MsgFlags.None;
        _type = MsgType.Uninitialised;
        _borrowed = false;
    }

    /// <summary>Closes and leaves it empty, as after sending.</summary>
    internal void Consume()
    {
        Drop();
        _type = MsgType.Empty;
    }

    private readonly void LetGo()
    {
        if (_owner is not null)
        {
            if (_sole)
            {
                ChunkPool.Return(_owner);
            }
            else
            {
                _owner.Release();
            }
        }
    }
}
