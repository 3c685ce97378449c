using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq.Sockets;

/// <summary>Who holds which topic, and what the program is told of it. In manual mode what a peer asks for and what it is given are two things.</summary>
public partial class XPublisherSocket
{
    private readonly Dictionary<byte[], int> _holders = new(BytesComparer.Instance);
    private readonly Lock _lock = new();

    /// <summary>What the peer held is cancelled; in manual mode the program is told of what the peer had asked for, as of any other cancellation.</summary>
    internal override void OnGone(Pipe pipe)
    {
        byte[][] held;
        lock (_lock)
        {
            held = pipe.Topics?.ToArray() ?? [];
        }
        foreach (byte[] topic in held)
        {
            int holders = Hold(pipe, false, topic);
            if (!Options.ManualPublisher && (holders == 0 || Options.XPubVerboser))
            {
                Tell(pipe, [0, .. topic]);
            }
        }
        pipe.Topics = new TopicSet();
        foreach (byte[] topic in pipe.Asked?.ToArray() ?? [])
        {
            Tell(pipe, [0, .. topic]);
        }
        pipe.Asked = null;
    }

    internal override string? OnTopic(Pipe pipe, bool subscribe, ReadOnlySpan<byte> topic)
    {
        bool manual = Options.ManualPublisher;
        var topics = manual ? pipe.Asked ??= new TopicSet() : pipe.Topics ??= new TopicSet();
        if (subscribe && Distributor.Refuse(this, topics, topic) is { } reason)
        {
            return reason;
        }
        byte[] name = topic.ToArray();
        if (manual)
        {
            _ = subscribe ? topics.Add(name) : topics.Remove(name);
        }
        int holders = manual ? -1 : Hold(pipe, subscribe, name);
        bool isNews = holders == (subscribe ? 1 : 0);
        if (isNews || manual || Options.XPubVerboser || (Options.XPubVerbose && subscribe))
        {
            Tell(pipe, [(byte)(subscribe ? 1 : 0), .. topic]);
        }
        ReportTopic(pipe, subscribe, topic);
        return null;
    }

    /// <returns>How many peers hold the topic now; -1 when nothing has changed.</returns>
    private int Hold(Pipe? pipe, bool subscribe, byte[] topic)
    {
        if (pipe is null)
        {
            return -1;
        }
        lock (_lock)
        {
            if (subscribe && pipe.IsGone)
            {
                return -1;
            }
            pipe.Topics ??= new TopicSet();
            if (!(subscribe ? pipe.Topics.Add(topic) : pipe.Topics.Remove(topic)))
            {
                return -1;
            }
            int holders = _holders.GetValueOrDefault(topic) + (subscribe ? 1 : -1);
            if (holders <= 0)
            {
                _holders.Remove(topic);
            }
            else
            {
                _holders[topic] = holders;
            }
            return holders;
        }
    }
}
