using SocketLab.ZeroMq.Sockets;
using SocketLab.ZeroMq.Tests.Zmtp;

namespace SocketLab.ZeroMq.Tests.Hostile;

/// <summary>Tests that look at the memory or the handles of the whole process: no others at the same time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class Alone
{
    public const string Name = "alone";
}

/// <summary>The good client that must be served whatever the others do.</summary>
internal static class Good
{
    /// <summary>A new peer pushes, and its message arrives; what came before it from others may come too.</summary>
    public static void IsServed(PullSocket pull, string endpoint)
    {
        using var peer = WirePeer.Connect(endpoint, "PUSH");
        string word = Guid.NewGuid().ToString("N");
        peer.Send([0, 32, .. word.Select(c => (byte)c)]);
        for (int i = 0; i < 2_000_000; i++)
        {
            if (string.Join('+', pull.ReceiveAll()) == word)
            {
                return;
            }
        }
        Assert.Fail("the good client's message did not come");
    }

    public static PullSocket Pull(Seen? seen, out string endpoint)
    {
        var pull = (PullSocket)Kinds.Make("PULL");
        pull.Observe = seen is null ? null : seen.On;
        endpoint = pull.BindFree("tcp");
        return pull;
    }
}

/// <summary>What the process holds, to be compared with what it holds later.</summary>
internal readonly struct Holdings
{
    private readonly long _bytes, _handles;

    private Holdings(long bytes, long handles) => (_bytes, _handles) = (bytes, handles);

    public static Holdings Now()
    {
        long bytes = GC.GetTotalMemory(forceFullCollection: true);
        return new(bytes, Directory.Exists("/proc/self/fd") ? Directory.GetFileSystemEntries("/proc/self/fd").Length : 0);
    }

    /// <summary>Nothing has grown by more than this; waits, since ends of connections take their time.</summary>
    public void AssertHeld(int megabytes, int handles = int.MaxValue)
    {
        var before = this;
        var after = before;
        Endpoints.Until(() =>
        {
            after = Now();
            return after._bytes - before._bytes < (long)megabytes << 20 && after._handles - before._handles <= handles;
        }, "memory and handles are given back");
    }
}
