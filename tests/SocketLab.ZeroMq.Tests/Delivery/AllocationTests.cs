using SocketLab.Tests.Shared;
using SocketLab.ZeroMq.Sockets;
using SocketLab.ZeroMq.Tests.Hostile;

namespace SocketLab.ZeroMq.Tests.Delivery;

/// <summary>Run alone: what the whole process allocates is counted, the engine's own thread included.</summary>
[Collection(Alone.Name)]
public sealed class AllocationTests
{
    private const int Batch = 100, Batches = 500, MostTurns = 20;

    [Theory]
    [InlineData("tcp://127.0.0.1:0", 16)]
    [InlineData("tcp://127.0.0.1:0", 128)]
    [InlineData("tcp://127.0.0.1:0", 1024)]
    [InlineData("tcp://127.0.0.1:0", 64 * 1024)]
    [InlineData("inproc://allocation", 16)]
    [InlineData("inproc://allocation", 128)]
    [InlineData("inproc://allocation", 1024)]
    [InlineData("inproc://allocation", 64 * 1024)]
    public void A_message_that_is_sent_and_received_as_msg_allocates_nothing_once_it_runs(string endpoint, int size)
    {
        using var pull = new PullSocket();
        using var push = new PushSocket();
        pull.Bind(endpoint);
        push.Connect(endpoint.StartsWith("tcp", StringComparison.Ordinal) ? pull.Options.LastEndpoint! : endpoint);
        var (all, mine) = (0L, 0L);
        // The pools fill until they hold the most that was ever under way at once; then nothing more is allocated, for good.
        for (var turn = 0; turn < MostTurns; turn++)
        {
            (all, mine) = (GC.GetTotalAllocatedBytes(precise: true), GC.GetAllocatedBytesForCurrentThread());
            Turn(Batches);
            mine = GC.GetAllocatedBytesForCurrentThread() - mine;
            all = GC.GetTotalAllocatedBytes(precise: true) - all;
            if (mine == 0 && all < (Batch * Batches) / 2)
            {
                return; // a heartbeat or a timer of the engine's own thread may fall into the time: some bytes in all, none a message
            }
        }
        Assert.Fail($"even the last of {MostTurns} turns of {Batch * Batches} messages allocated {mine:N0} bytes here, {all:N0} in all");

        void Turn(int batches)
        {
            var msg = default(Msg);
            for (var batch = 0; batch < batches; batch++)
            {
                for (var i = 0; i < Batch; i++)
                {
                    msg.InitPool(size);
                    push.Send(ref msg, false);
                    msg.Close();
                }
                for (var i = 0; i < Batch; i++)
                {
                    Assert.True(pull.TryReceive(ref msg, Wait.Deadline));
                    msg.Close();
                }
            }
        }
    }
}
