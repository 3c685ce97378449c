using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Sockets;

/// <summary>A publisher encodes once, and its queues point into what was encoded: each must still get just what it asked for, unharmed.</summary>
public class PublisherLogTests
{
    private const int Count = 20_000;

    [Theory]
    [MemberData(nameof(Endpoints.Streams), MemberType = typeof(Endpoints))]
    public async Task Queues_that_share_what_was_encoded_each_get_their_own_messages_whole_and_in_order(string transport)
    {
        using var pub = new XPublisherSocket();
        pub.Options.NoDrop = true;
        pub.Options.XPubVerbose = true;
        pub.Options.SendHighWatermark = 100;
        string endpoint = pub.BindFree(transport);
        // All of them, nearly every second one, and one in seven: runs that go on, break off and begin again.
        string[] topics = ["", "a", "b", "c"];
        var subscribers = topics.Select(topic => Subscriber(topic, endpoint)).ToArray();
        foreach (string _ in topics)
        {
            pub.SkipFrame();
        }
        var readers = subscribers.Select((socket, i) => Task.Run(() => Read(socket, topics[i]))).ToArray();
        for (int i = 0; i < Count; i++)
        {
            pub.SendFrame(Message(i));
        }
        string?[] faults = await Task.WhenAll(readers).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.All(faults, Assert.Null);
        foreach (var socket in subscribers)
        {
            socket.Dispose();
        }
    }

    private static SubscriberSocket Subscriber(string topic, string endpoint)
    {
        var socket = new SubscriberSocket();
        socket.Subscribe(topic);
        socket.Connect(endpoint);
        return socket;
    }

    /// <returns>What was wrong, or null.</returns>
    private static string? Read(SubscriberSocket socket, string topic)
    {
        int own = 0;
        for (int i = 0; i < Count; i++)
        {
            byte[] expected = Message(i);
            if (topic.Length > 0 && expected[0] != topic[0])
            {
                continue;
            }
            own++;
            if (!socket.ReceiveFrameBytes().AsSpan().SequenceEqual(expected))
            {
                return $"topic '{topic}': message {i} is another, or not whole";
            }
        }
        // SUB passes over what it did not ask for: that it came all the same is seen by the count of what was received.
        long received = socket.Peers.Single().Received;
        return received == own ? null : $"topic '{topic}': {received} messages came, and {own} were asked for";
    }

    /// <summary>One with short and long headers, and now and then one that is too long to be copied.</summary>
    private static byte[] Message(int i)
    {
        int length = i % 1000 == 999 ? 40_000 : 8 + (i * 37 % 600);
        byte[] message = new byte[length];
        message.AsSpan().Fill((byte)i);
        message[0] = (byte)(i % 7 == 0 ? 'c' : i % 2 == 0 ? 'a' : 'b');
        return message;
    }
}
