using System.Runtime.InteropServices;
using SocketLab.ZeroMq.Sockets;
using SocketLab.ZeroMq.Tests.Zmtp;
using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Tests.Hostile;

/// <summary>Crowds that break no rule, and would starve the others by their number alone.</summary>
[Collection(Alone.Name)]
public partial class StarvationTests
{
    /// <summary>Up to 64 connections are read by the thread that receives; it must let go of them when more come while it waits.</summary>
    [Fact]
    public void A_receive_that_waits_while_a_crowd_connects_still_gets_what_is_sent()
    {
        using var handshakes = new Seen(ZmqEventKind.HandshakeDone);
        using var pull = Good.Pull(handshakes, out string endpoint);
        using var good = WirePeer.Connect(endpoint, "PUSH");
        handshakes.Wait();
        string? got = null;
        var program = new Thread(() => Record.Exception(() => got = pull.ReceiveFrameString()));
        program.Start();
        Endpoints.Until(() => pull.IsReadingLent, "the program waits, and reads its connections itself");
        var crowd = Enumerable.Range(0, 70).Select(_ => WirePeer.Connect(endpoint, "PUSH")).ToList();
        crowd.ForEach(_ => handshakes.Wait());
        Endpoints.Until(() => (program.ThreadState & ThreadState.WaitSleepJoin) != 0, "the program waits for others to read");
        good.Send("\0\u0004good"u8);
        Assert.True(program.Join(Endpoints.Deadline), "the good peer's message was not received");
        Assert.Equal("good", got);
        crowd.ForEach(peer => peer.Dispose());
    }

    /// <summary>Each connection that is not read waits for both ways, and poll(2) counts it twice against the limit of open files.</summary>
    [Fact]
    public void A_crowd_that_never_reads_does_not_stop_the_engine_at_the_limit_of_open_files()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the limit is changed as Linux has it");
        const int Crowd = 50, Files = 7;
        using var topics = new Topics();
        using var pub = Kinds.Make("PUB");
        pub.Options.SendBuffer = 4096;
        pub.Options.SendHighWatermark = 10;
        pub.Observe = topics.On;
        string endpoint = pub.BindFree("tcp");
        using var good = WirePeer.Connect(endpoint, "SUB");
        var crowd = Enumerable.Range(0, Crowd).Select(_ => WirePeer.Connect(endpoint, "SUB")).ToList();
        foreach (var peer in crowd)
        {
            peer.Send(Command.Topic(true, "flood"u8, 1));
            topics.Wait();
        }
        byte[] flood = [.. "flood"u8, .. new byte[100_000]];
        Endpoints.Until(
            () =>
            {
                ((IOutgoingSocket)pub).SendFrame(flood);
                return pub.Peers.Count(p => p.Dropped > 0) == Crowd;
            },
            "nobody takes anything more");
        Assert.Equal(0, GetLimit(Files, out var limit));
        try
        {
            // Enough for each connection once, and not for twice.
            Assert.Equal(0, SetLimit(Files, limit with { Current = Crowd + 20 }));
            // Twice: a wait that began before the limit was changed ends as it should.
            good.Send(Command.Topic(true, "first"u8, 1));
            Assert.Equal("1first", topics.Wait());
            good.Send(Command.Topic(true, "good"u8, 1));
            Assert.Equal("1good", topics.Wait());
            ((IOutgoingSocket)pub).SendFrame("good news");
            Assert.Equal([.. "good news"u8], good.ReceiveFrame().Body);
            // And one that reads after all is written to.
            crowd[0].Receive(900_000);
        }
        finally
        {
            SetLimit(Files, limit);
        }
        crowd.ForEach(peer => peer.Dispose());
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    private struct Limit
    {
        public ulong Current, Most;
    }
}
