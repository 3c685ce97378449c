using System.Collections.Concurrent;
using System.Text;
using SocketLab.ZeroMq.Sockets;

namespace SocketLab.ZeroMq.Tests.Zmtp;

/// <summary>One recorded conversation: the peer plays <c>theirs</c>, our socket's program does what the one that was recorded did.</summary>
internal sealed class Replay(ZmqSocket socket, WirePeer peer, Topics topics, Stream theirs, Stream ours)
{
    private static readonly byte[] Empty = [];
    private readonly string _type = Golden.TypeOf(ours.Bytes)!;

    public void Run()
    {
        peer.Send(theirs.Bytes.AsSpan(0, theirs.Traffic));
        byte[] flight = [.. ours.Bytes[..ours.Traffic]];
        flight.AsSpan(1, 8).Clear();
        Assert.Equal(flight, peer.Receive(flight.Length));
        switch (_type)
        {
            case "REQ": Request(); break;
            case "REP": Reply(); break;
            case "ROUTER": Route(); break;
            case "PUB" or "XPUB": Publish(); break;
            case "SUB" or "XSUB": Subscribe(); break;
            default: SendAndReceive(); break;
        }
        peer.Finish();
        socket.Dispose();
        Assert.Empty(peer.ReceiveToEnd());
    }

    private void SendAndReceive()
    {
        foreach (var item in ours.Items)
        {
            Send(item.Frames);
            Expect(item);
        }
        foreach (var item in theirs.Items)
        {
            peer.Send(item.Wire);
            Assert.Equal(item.Frames, Receive());
        }
    }

    private void Request()
    {
        for (int i = 0; i < ours.Items.Count; i++)
        {
            Send(ours.Items[i].Frames[1..]);
            Expect(ours.Items[i]);
            peer.Send(theirs.Items[i].Wire);
            Assert.Equal(theirs.Items[i].Frames[1..], Receive());
        }
    }

    /// <summary>Requests without a delimiter are passed over; the others have a reply each, in their order.</summary>
    private void Reply()
    {
        peer.Send(theirs.Bytes.AsSpan(theirs.Traffic));
        var requests = theirs.Items.Where(item => item.Frames.Any(f => f.Length == 0)).ToList();
        for (int i = 0; i < requests.Count; i++)
        {
            Assert.Equal(Body(requests[i]), Receive());
            Send(Body(ours.Items[i]));
            Expect(ours.Items[i]);
        }
    }

    private static byte[][] Body(Stream.Item item) => [.. item.Frames.SkipWhile(f => f.Length > 0).Skip(1)];

    private void Route()
    {
        bool isTold = theirs.Bytes.AsSpan(0, theirs.Traffic).IndexOf("RA"u8) is var ra && ra >= 0;
        byte[] id = isTold || theirs.Bytes.AsSpan(0, theirs.Traffic).IndexOf("RB"u8) >= 0 ? isTold ? [.. "RA"u8] : [.. "RB"u8] : Empty;
        if (id.Length > 0)
        {
            SendTo(id);
        }
        foreach (var item in theirs.Items)
        {
            peer.Send(item.Wire);
            byte[][] got = Receive();
            Assert.Equal(item.Frames, got[1..]);
            Assert.True(id.Length == 0 ? got[0].Length == 5 && got[0][0] == 0 : id.SequenceEqual(got[0]), "not the peer's routing id");
            if (id.Length == 0)
            {
                SendTo(got[0]);
            }
        }
    }

    private void SendTo(byte[] id)
    {
        foreach (var item in ours.Items)
        {
            // Until the peer's READY is here, nobody has that name.
            Endpoints.Until(() => TrySendTo([id, .. item.Frames]), "the peer is known by its routing id");
            Expect(item);
        }
    }

    private bool TrySendTo(byte[][] frames)
    {
        try
        {
            Send(frames);
            return true;
        }
        catch (HostUnreachableException)
        {
            return false;
        }
    }

    /// <summary>The publisher's program says it all to everybody; what the peer has subscribed to at each step decides.</summary>
    private void Publish()
    {
        string[][] said = [["A1", "body"], ["B1 filtered out"]];
        HashSet<string> held = [];
        int at = 0;
        foreach (var item in theirs.Items)
        {
            peer.Send(item.Wire);
            if (item.Topic is not { } topic)
            {
                ExpectNews();
                Assert.Equal(item.Frames, Receive());
                return;
            }
            bool isRepeat = topic[0] == '1' && !held.Add(topic[1..]);
            if (!isRepeat || _type == "XPUB")
            {
                Assert.Equal(topic, topics.Wait());
            }
            string? news = isRepeat ? "A2" : topic switch { "1B" => "B2", "1" => "", "0A" => "A3 filtered out", _ => null };
            said = news is null ? said : [[news]];
            foreach (string[] message in said)
            {
                Send([.. message.Select(Encoding.ASCII.GetBytes)]);
                if (!message[0].EndsWith("out", StringComparison.Ordinal))
                {
                    Expect(ours.Items[at++]);
                }
            }
        }
        Assert.Equal(ours.Items.Count, at);
        ExpectNews();
    }

    /// <summary>An XPUB's program is told of topics: one that is held already is no news, and one CANCEL ends it.</summary>
    private void ExpectNews()
    {
        if (_type == "XPUB")
        {
            Assert.All<string>(["1A", "1B", "0A", "1"], topic => Assert.Equal(topic[0] - '0', ReceiveTopic(topic[1..])));
        }
    }

    private int ReceiveTopic(string topic)
    {
        byte[] news = Assert.Single(Receive());
        Assert.Equal(topic, Encoding.ASCII.GetString(news[1..]));
        return news[0];
    }

    private void Subscribe()
    {
        Dictionary<string, int> held = [];
        foreach (var item in ours.Items)
        {
            if (item.Topic is not { } topic)
            {
                Send(item.Frames);
                Expect(item);
                continue;
            }
            // Each is told, and each must be taken back before that is told.
            int times = topic[0] == '0' ? held.GetValueOrDefault(topic[1..], 1) : 1;
            held[topic[1..]] = topic[0] == '0' ? 0 : held.GetValueOrDefault(topic[1..]) + 1;
            for (int i = 0; i < times; i++)
            {
                Change(topic);
            }
            var (flags, body) = peer.ReceiveFrame();
            Assert.Equal(topic, new Stream.Item([body], (flags & 4) != 0, []).Topic);
        }
        peer.Send(theirs.Bytes.AsSpan(theirs.Traffic));
        Assert.All(theirs.Items, item => Assert.Equal(item.Frames, Receive()));
    }

    private void Change(string topic)
    {
        byte[] name = Encoding.Latin1.GetBytes(topic[1..]);
        switch (socket, topic[0])
        {
            case (SubscriberSocket sub, '1'): sub.Subscribe(name); break;
            case (SubscriberSocket sub, _): sub.Unsubscribe(name); break;
            default: Send([[(byte)(topic[0] - '0'), .. name]]); break;
        }
    }

    private void Send(byte[][] frames) =>
        Assert.True(((IOutgoingSocket)socket).TrySendMultipartBytes(Endpoints.Deadline, frames), "could not be sent");

    private void Expect(Stream.Item item) => Assert.Equal(item.Wire, peer.Receive(item.Wire.Length));

    private byte[][] Receive()
    {
        List<byte[]>? frames = null;
        Assert.True(socket.TryReceiveMultipartBytes(Endpoints.Deadline, ref frames), $"{_type} received nothing");
        return [.. frames];
    }
}

/// <summary>Waits for subscriptions to arrive at a publisher, one by one.</summary>
internal sealed class Topics : IDisposable
{
    private readonly BlockingCollection<string> _seen = [];

    public void On(in ZmqEvent e)
    {
        if (e.Kind is ZmqEventKind.Subscribed or ZmqEventKind.Cancelled)
        {
            _seen.Add((e.Kind == ZmqEventKind.Subscribed ? "1" : "0") + Encoding.Latin1.GetString(e.Bytes));
        }
    }

    public string Wait()
    {
        Assert.True(_seen.TryTake(out var topic, Endpoints.Deadline), "no subscription came");
        return topic;
    }

    public void Dispose() => _seen.Dispose();
}
