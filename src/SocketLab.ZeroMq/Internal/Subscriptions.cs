namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// What a SUB or XSUB wants: each topic counted, so that the last Unsubscribe ends it (RFC 29). The peers are told of every Subscribe, as libzmq
/// has it (an XPUB that is verbose may answer each with the last value), and of the last Unsubscribe only, since they keep a set; a new
/// or renewed connection is told of each topic once, before anything else.
/// </summary>
internal sealed class Subscriptions
{
    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], int> _counts = new(BytesComparer.Instance);
    private readonly TopicSet _topics = new();

    public bool Matches(ReadOnlySpan<byte> first) => _topics.Matches(first);

    public void Add(byte[] topic, Pipe[] peers)
    {
        lock (_lock)
        {
            _counts[topic] = _counts.GetValueOrDefault(topic) + 1;
            _topics.Add(topic);
            Tell(peers, true, topic);
        }
    }

    public void Remove(byte[] topic, Pipe[] peers)
    {
        lock (_lock)
        {
            if (!_counts.TryGetValue(topic, out int count))
            {
                return;
            }
            if (count > 1)
            {
                _counts[topic] = count - 1;
                return;
            }
            _counts.Remove(topic);
            _topics.Remove(topic);
            Tell(peers, false, topic);
        }
    }

    public void SendAll(Pipe pipe)
    {
        lock (_lock)
        {
            pipe.BeginTopics();
            foreach (byte[] topic in _topics.ToArray())
            {
                pipe.SendTopic(true, topic);
            }
        }
    }

    private static void Tell(Pipe[] peers, bool subscribe, byte[] topic)
    {
        foreach (var peer in peers)
        {
            peer.SendTopic(subscribe, topic);
        }
    }
}
