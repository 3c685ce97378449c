using System.Net;
using System.Net.Sockets;
using SocketLab.Explain;
using SocketLab.Tests.Shared;

namespace SocketLab.Tests.Explain;

public class KernelTableTests
{
    public static TheoryData<string> Loopbacks => ["127.0.0.1", "::1"];

    [Theory]
    [MemberData(nameof(Loopbacks))]
    public async Task The_kernel_s_states_and_queues_of_a_connection_are_read_as_they_change(string loopback)
    {
        Assert.SkipUnless(KernelTable.IsThere, "no /proc/net here");
        var address = IPAddress.Parse(loopback);
        Assert.SkipUnless(address.AddressFamily != AddressFamily.InterNetworkV6 || Socket.OSSupportsIPv6, "no IPv6 here");
        using var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen(4);
        var at = (IPEndPoint)listener.LocalEndPoint!;
        using var client = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(at);
        await Wait.UntilAsync(() => KernelTable.Find(udp: false, at, null) is { State: "LISTEN", ReceiveQueue: 1 });
        using var server = listener.Accept();
        var (here, there) = ((IPEndPoint)client.LocalEndPoint!, (IPEndPoint)server.RemoteEndPoint!);
        Assert.Equal("ESTAB", KernelTable.Find(udp: false, here, at)?.State);
        client.Send("hello"u8);
        await Wait.UntilAsync(() => KernelTable.Find(udp: false, at, there) is { State: "ESTAB", ReceiveQueue: 5 });
        client.Shutdown(SocketShutdown.Send);
        await Wait.UntilAsync(() => KernelTable.Find(udp: false, at, there)?.State == "CLOSE-WAIT");
        await Wait.UntilAsync(() => KernelTable.Find(udp: false, here, at)?.State == "FIN-WAIT-2");
    }

    [Fact]
    public async Task Datagrams_that_nobody_has_read_stand_in_the_receive_queue()
    {
        Assert.SkipUnless(KernelTable.IsThere, "no /proc/net here");
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var at = (IPEndPoint)server.LocalEndPoint!;
        Assert.Equal(new KernelSocket("UNCONN", 0, 0, 0), KernelTable.Find(udp: true, at, null));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.SendTo("hello"u8, at);
        await Wait.UntilAsync(() => KernelTable.Find(udp: true, at, null) is { ReceiveQueue: > 0 });
    }

    [Fact]
    public void A_socket_that_is_not_there_is_not_found() => Assert.Null(KernelTable.Find(udp: false, new IPEndPoint(IPAddress.Loopback, 1), null));
}
