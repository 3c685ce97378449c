using System.Buffers.Binary;

namespace SocketLab.Bench;

/// <summary>
/// The bytes of numbered messages, end to end: <c>number(8) · the seed's letters</c>, the number cut where a message is shorter. What was
/// sent, and so what has to come back, is known for every offset; a byte out of place is noticed. All of it is printable ASCII, six
/// bits of the number to a character, since many a student's server takes what it receives for text.
/// </summary>
internal sealed class NumberedStream
{
    public const int NumberBytes = 8;
    private const ulong Zeros = 0x3030_3030_3030_3030;
    private const int LeastBytes = 256 * 1024;
    private readonly byte[] _block;
    private readonly int _size;
    private readonly int _messages;

    public NumberedStream(int sizeBytes, int seed)
    {
        _size = sizeBytes;
        _messages = (LeastBytes / sizeBytes) + 2;
        _block = GC.AllocateUninitializedArray<byte>(_messages * sizeBytes, pinned: true);
        var pattern = _block.AsSpan(0, sizeBytes);
        new Random(seed).GetItems("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8, pattern);
        for (var i = 1; i < _messages; i++)
        {
            pattern.CopyTo(_block.AsSpan(i * sizeBytes));
        }
    }

    /// <summary>The stream's bytes from an offset on: at least one, at most so many. Valid until the next call.</summary>
    /// <param name="offset">Bytes since message 0.</param>
    /// <param name="most">How many are wanted.</param>
    /// <param name="first">The number of message 0: tells connections apart.</param>
    public ReadOnlySpan<byte> At(long offset, long most, long first)
    {
        var number = offset / _size;
        var skip = (int)(offset - (number * _size));
        var messages = (int)Math.Min(_messages, (skip + most + _size - 1) / _size);
        for (var i = 0; i < messages; i++)
        {
            Write(_block.AsSpan(i * _size, _size), first + number + i);
        }
        return _block.AsSpan(skip, (int)Math.Min(most, ((long)messages * _size) - skip));
    }

    /// <summary>One whole message.</summary>
    public ReadOnlySpan<byte> Message(long number)
    {
        var message = _block.AsSpan(0, _size);
        Write(message, number);
        return message;
    }

    /// <summary>Whether these are the stream's bytes at that offset.</summary>
    public bool Matches(ReadOnlySpan<byte> got, long offset, long first)
    {
        while (!got.IsEmpty)
        {
            var expected = At(offset, got.Length, first);
            if (!got[..expected.Length].SequenceEqual(expected))
            {
                return false;
            }
            got = got[expected.Length..];
            offset += expected.Length;
        }
        return true;
    }

    /// <summary>The number of a message; -1: it has none.</summary>
    public static long NumberOf(ReadOnlySpan<byte> message)
    {
        if (message.Length < NumberBytes)
        {
            return -1;
        }
        var x = BinaryPrimitives.ReadUInt64LittleEndian(message) - Zeros;
        if ((x & 0xC0C0_C0C0_C0C0_C0C0) != 0)
        {
            return -1;
        }
        x = ((x >> 2) & 0x0FC0_0FC0_0FC0_0FC0) | (x & 0x003F_003F_003F_003F);
        x = ((x >> 4) & 0x00FF_F000_00FF_F000) | (x & 0x0000_0FFF_0000_0FFF);
        return (long)(((x >> 8) & 0xFFFF_FF00_0000) | (x & 0x00FF_FFFF));
    }

    /// <summary>What <see cref="NumberOf"/> will say of a message with this number: 48 bits of it.</summary>
    public static long Kept(long number) => number & 0xFFFF_FFFF_FFFF;

    private static void Write(Span<byte> message, long number)
    {
        var x = (ulong)number;
        x = ((x & 0xFFFF_FF00_0000) << 8) | (x & 0x00FF_FFFF);
        x = ((x & 0x00FF_F000_00FF_F000) << 4) | (x & 0x0000_0FFF_0000_0FFF);
        x = (((x & 0x0FC0_0FC0_0FC0_0FC0) << 2) | (x & 0x003F_003F_003F_003F)) + Zeros;
        if (message.Length >= NumberBytes)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(message, x);
            return;
        }
        for (var i = 0; i < message.Length; i++)
        {
            message[i] = (byte)(x >> (8 * i));
        }
    }
}
