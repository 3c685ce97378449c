namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// The topics of one subscriber: a set, so that one CANCEL ends what several SUBSCRIBEs began (as libzmq has it; RFC 29 counts).
/// A message matches when a topic is a prefix of its first frame (RFC 29, "The PUB Socket Type"). Changed by the side that reads
/// from the peer, asked by the side that publishes: small sets are replaced as a whole and read without a lock.
/// </summary>
internal sealed class TopicSet
{
    private const int Small = 16;
    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], bool> _all = new(BytesComparer.Instance);
    private readonly TopicTree _tree = new();
    private byte[][]? _few = [];
    private volatile bool _everything;

    public int Count => _all.Count;

    public long Bytes { get; private set; }

    public bool Add(byte[] topic)
    {
        lock (_lock)
        {
            if (!_all.TryAdd(topic, true))
            {
                return false;
            }
            Bytes += topic.Length;
            _tree.Add(topic);
            Publish();
            return true;
        }
    }

    public bool Remove(byte[] topic)
    {
        lock (_lock)
        {
            if (!_all.Remove(topic))
            {
                return false;
            }
            Bytes -= topic.Length;
            _tree.Remove(topic);
            Publish();
            return true;
        }
    }

    public bool Contains(ReadOnlySpan<byte> topic)
    {
        lock (_lock)
        {
            return _all.GetAlternateLookup<ReadOnlySpan<byte>>().ContainsKey(topic);
        }
    }

    public bool Matches(ReadOnlySpan<byte> first)
    {
        if (_everything)
        {
            return true;
        }
        var few = Volatile.Read(ref _few);
        if (few is null)
        {
            return MatchesMany(first);
        }
        foreach (var topic in few)
        {
            if (first.StartsWith(topic))
            {
                return true;
            }
        }
        return false;
    }

    public byte[][] ToArray()
    {
        lock (_lock)
        {
            return [.. _all.Keys];
        }
    }

    private bool MatchesMany(ReadOnlySpan<byte> first)
    {
        lock (_lock)
        {
            return _tree.Matches(first);
        }
    }

    private void Publish()
    {
        Volatile.Write(ref _few, _all.Count > Small ? null : [.. _all.Keys.OrderBy(t => t.Length)]);
        _everything = _all.ContainsKey([]);
    }
}
