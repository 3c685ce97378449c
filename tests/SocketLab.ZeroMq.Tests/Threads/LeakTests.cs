using System.Diagnostics;
using SocketLab.ZeroMq.Tests.Hostile;
using SocketLab.ZeroMq.Tests.Interop;
using SocketLab.ZeroMq.Tests.Sockets;

namespace SocketLab.ZeroMq.Tests.Threads;

/// <summary>What a thousand sockets leave behind.</summary>
[Collection(Alone.Name)]
public class LeakTests
{
    [Theory]
    [InlineData("PUSH", "PULL")]
    [InlineData("REQ", "REP")]
    [InlineData("DEALER", "ROUTER")]
    [InlineData("SUB", "PUB")]
    [InlineData("XSUB", "XPUB")]
    [InlineData("PAIR", "PAIR")]
    public void A_thousand_connected_sockets_leave_no_thread_no_handle_and_no_memory(string connecting, string binding)
    {
        Cycle(50);
        var before = Measure();
        Cycle(1000);
        (int Threads, int Handles, long Bytes) after = default;
        Endpoints.Until(
            () => (after = Measure()) is var now && now.Threads <= before.Threads + 4 && now.Handles <= before.Handles + 8 && now.Bytes < before.Bytes + (3 << 20),
            $"as before: {before}, after a thousand: {after}");

        void Cycle(int times)
        {
            for (int i = 0; i < times; i++)
            {
                using var there = PatternInteropTests.Make(binding);
                using var here = PatternInteropTests.Make(connecting);
                here.Options.Linger = there.Options.Linger = i % 2 == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(2);
                here.Connect(there.BindFree(i % 3 == 0 ? "inproc" : i % 3 == 1 ? "tcp" : "ipc"));
                if (connecting is "PUSH" or "REQ" or "DEALER" or "PAIR")
                {
                    here.SendFrame("x");
                    Assert.Equal("x", connecting == "DEALER" ? there.ReceiveAll()[^1] : there.Receive());
                }
                else
                {
                    Endpoints.Until(() => here.Peers is [{ IsConnected: true }], "connected");
                }
            }
        }
    }

    [Fact]
    public void A_receive_that_Dispose_ended_leaves_no_handle()
    {
        Cycle(20);
        int before = Measure().Handles;
        Cycle(100);
        Endpoints.Until(() => Measure().Handles <= before + 8, "as many handles as before");

        static void Cycle(int times)
        {
            for (int i = 0; i < times; i++)
            {
                using var push = PatternInteropTests.Make("PUSH");
                var pull = PatternInteropTests.Make("PULL");
                push.Connect(pull.BindFree("tcp"));
                push.SendFrame("x");
                Assert.Equal("x", pull.Receive());
                var waiting = new Thread(() => Record.Exception(() => pull.ReceiveFrameString()));
                waiting.Start();
                pull.Dispose();
                Assert.True(waiting.Join(Endpoints.Deadline));
            }
        }
    }

    private static (int Threads, int Handles, long Bytes) Measure()
    {
        long bytes = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        return (process.Threads.Count, OperatingSystem.IsLinux() ? Holdings.Sockets() : process.HandleCount, bytes);
    }
}
