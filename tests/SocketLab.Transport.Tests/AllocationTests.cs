using System.Net;
using System.Net.Sockets;
using SocketLab.Tests.Shared;
using SocketLab.Transport.Tcp;
using SocketLab.Transport.Trace;
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

    [Fact]
    public void With_no_view_a_servers_journal_allocates_nothing_for_any_event()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        using var socket = listener.AcceptSocket();
        var connection = new Connection(socket, 1, new ConnectionTable(new TcpEchoServerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) }));
        var (tcp, udp) = (new TcpJournal(TraceLog.Off), new UdpJournal(TraceLog.Off));
        var (local, from, error) = (connection.Local, connection.Local.Serialize(), new SocketException(104));
        Write();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Write();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Write()
        {
            tcp.Accepted(connection);
            tcp.Received(connection, "x"u8);
            tcp.Sent(connection, "x"u8);
            tcp.EndOfStream(connection);
            tcp.Failed(connection, error);
            tcp.Limited(connection, "");
            tcp.Closed(connection, reset: true);
            tcp.OutOfDescriptors(local);
            tcp.AcceptFailed(local, error);
            udp.Received(local, from, "x"u8);
            udp.Cut(local, from, 1, 2);
            udp.Sent(local, from, "x"u8);
            udp.NotAnswered(local, from, Verdict.TooFast);
            udp.Failed(local, error);
        }
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
