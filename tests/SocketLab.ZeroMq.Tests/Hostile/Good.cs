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
        // Twice: what a pool keeps for nobody goes with the second full collection.
        GC.GetTotalMemory(forceFullCollection: true);
        long bytes = GC.GetTotalMemory(forceFullCollection: true);
        return new(bytes, Sockets());
    }

    /// <summary>Nothing has grown by more than this; waits, since ends of connections take their time.</summary>
    public void AssertHeld(int megabytes, int handles = int.MaxValue)
    {
        var before = this;
        var after = before;
        bool held = SpinWait.SpinUntil(() =>
        {
            after = Now();
            return after._bytes - before._bytes < (long)megabytes << 20 && after._handles - before._handles <= handles;
        }, Endpoints.Deadline);
        Assert.True(held, $"not given back: {before._bytes} bytes have become {after._bytes}, {before._handles} handles {after._handles}");
    }

    /// <summary>Sockets and event descriptors; not files, of which each assembly that is loaded meanwhile keeps two.</summary>
    public static int Sockets() => Directory.Exists("/proc/self/fd")
        ? Directory.GetFiles("/proc/self/fd").Count(one => Target(one) is { } target && (target.StartsWith("socket:", StringComparison.Ordinal) || target.StartsWith("anon_inode:", StringComparison.Ordinal)))
        : 0;

    private static string? Target(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.Name;
        }
        catch (IOException)
        {
            return null; // closed meanwhile: the one that listed the folder, for one
        }
    }
}
