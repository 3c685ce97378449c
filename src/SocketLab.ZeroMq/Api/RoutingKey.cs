using System.Buffers.Binary;

namespace SocketLab.ZeroMq;

/// <summary>The routing id that a ROUTER puts before what it receives, and by which it sends. Local: never proof of who a peer is.</summary>
public readonly struct RoutingKey : IEquatable<RoutingKey>, IEquatable<byte[]>
{
    private readonly byte[]? _bytes;

    /// <summary>A key of the given bytes.</summary>
    public RoutingKey(byte[] array) => _bytes = array;

    /// <summary>A key of the eight bytes of a number.</summary>
    public RoutingKey(long value)
    {
        _bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(_bytes, value);
    }

    /// <summary>A key from Base64.</summary>
    public RoutingKey(string b64) => _bytes = Convert.FromBase64String(b64);

    internal byte[] Bytes => _bytes ?? [];

    /// <inheritdoc/>
    public bool Equals(RoutingKey x) => Bytes.AsSpan().SequenceEqual(x.Bytes);

    /// <summary>Whether the key has these bytes.</summary>
    public bool Equals(byte[]? x) => x is not null && Bytes.AsSpan().SequenceEqual(x);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RoutingKey key ? Equals(key) : obj is byte[] bytes && Equals(bytes);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>The key as Base64.</summary>
    public override string ToString() => Convert.ToBase64String(Bytes);

    /// <summary>Whether two keys have the same bytes.</summary>
    public static bool operator ==(RoutingKey left, RoutingKey right) => left.Equals(right);

    /// <summary>Whether two keys differ.</summary>
    public static bool operator !=(RoutingKey left, RoutingKey right) => !left.Equals(right);
}
