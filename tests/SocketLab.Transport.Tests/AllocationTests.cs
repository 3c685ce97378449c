using System.Net;
using System.Net.Sockets;
using SocketLab.Tests.Shared;
using SocketLab.Transport.Tcp;
using SocketLab.Transport.Udp;

namespace SocketLab.Transport.Tests;

/// <summary>Run alone, since what the whole process allocates is counted: both ends are in it.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const int RoundTrips = 20_000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tcp_round_trip_allocates_nothing_once_it_runs(bool plain)
    {
        using var stop = new CancellationTokenSource();
        await using var server = new TcpEchoServer(new TcpEchoServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), PlainLoop = plain });
        server.Start();
        var run = server.RunAsync(stop.Token);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(server.EndPoint);
        Assert.InRange(BytesARoundTrip(socket), 0, 1);
        await stop.CancelAsync();
        await run.WaitAsync(Wait.Deadline);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_udp_round_trip_allocates_nothing_once_it_runs(bool plain)
    {
        using var stop = new CancellationTokenSource();
        await using var server = new UdpEchoServer(new UdpEchoServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), RatePerSource = 0, PlainLoop = plain });
        server.Start();
        var run = server.RunAsync(stop.Token);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 30_000 };
        socket.Connect(server.EndPoint);
        Assert.InRange(BytesARoundTrip(socket), 0, 1);
        await stop.CancelAsync();
        await run.WaitAsync(Wait.Deadline);
    }

    private static double BytesARoundTrip(Socket socket)
    {
        var buffer = new byte[64];
        Turn(2_000);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Turn(RoundTrips);
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)RoundTrips;

        void Turn(int count)
        {
            for (var i = 0; i < count; i++)
            {
                BitConverter.TryWriteBytes(buffer, i); // numbered, so that the echo guard does not take it for a loop
                socket.Send(buffer);
                for (var have = 0; have < buffer.Length;)
                {
                    have += socket.Receive(buffer, have, buffer.Length - have, SocketFlags.None);
                }
            }
        }
    }
}
