namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Topics by their beginnings: a tree in which each step is the stretch of octets up to where topics part (a radix tree). Whether one of
/// them is a prefix of a frame (RFC 29) is found in one walk along that frame, however many topics there are and however long: a subscriber
/// cannot make publishing dear. Not synchronised.
/// </summary>
internal sealed class TopicTree
{
    private readonly Node _root = new([]);

    public bool Matches(ReadOnlySpan<byte> first)
    {
        for (var node = _root; !node.IsTopic;)
        {
            if (first.IsEmpty || node.Next(first[0]) is not { } next || !first.StartsWith(next.Step))
            {
                return false;
            }
            first = first[next.Step.Length..];
            node = next;
        }
        return true;
    }

    public void Add(ReadOnlySpan<byte> topic)
    {
        var node = _root;
        while (!topic.IsEmpty)
        {
            var next = node.Next(topic[0]) ?? node.Append(new Node(topic.ToArray()));
            int common = topic.CommonPrefixLength(next.Step);
            if (common < next.Step.Length)
            {
                // The topics part within this step: it becomes two.
                var parting = new Node(next.Step[..common]);
                next.Step = next.Step[common..];
                parting.Append(next);
                next = node.Append(parting);
            }
            topic = topic[common..];
            node = next;
        }
        node.IsTopic = true;
    }

    /// <summary>Takes out a topic that is there.</summary>
    public void Remove(ReadOnlySpan<byte> topic)
    {
        Node above = _root, parent = _root, node = _root;
        while (!topic.IsEmpty)
        {
            (above, parent, node) = (parent, node, node.Next(topic[0])!);
            topic = topic[node.Step.Length..];
        }
        node.IsTopic = false;
        if (node.Count == 0 && node != _root)
        {
            parent.Drop(node);
            (parent, node) = (above, parent);
        }
        if (node.Count == 1 && !node.IsTopic && node != _root)
        {
            // Nothing parts here any more: two steps become one.
            var only = node.Only;
            only.Step = [.. node.Step, .. only.Step];
            parent.Append(only);
        }
    }

    private sealed class Node(byte[] step)
    {
        private Dictionary<byte, Node>? _next;

        public byte[] Step { get; set; } = step;

        public bool IsTopic { get; set; }

        public int Count => _next?.Count ?? 0;

        public Node Only => _next!.Values.First();

        public Node? Next(byte first) => _next is not null && _next.TryGetValue(first, out var node) ? node : null;

        /// <summary>Adds a node, in the place of the one that begins with the same octet.</summary>
        public Node Append(Node node) => (_next ??= new(1))[node.Step[0]] = node;

        public void Drop(Node node) => _next!.Remove(node.Step[0]);
    }
}
