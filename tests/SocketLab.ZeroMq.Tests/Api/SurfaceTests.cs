namespace SocketLab.ZeroMq.Tests.Api;

public class SurfaceTests
{
    [Fact]
    public void The_public_surface_is_NetMQs_and_what_was_added_on_purpose()
    {
        var ours = Surface.OfEngine();
        ours.ExceptWith(Surface.OfNetMQ());
        string[] named = [.. File.ReadAllLines(Path.Combine(Surface.Folder, "additions.txt")).Where(l => l.Length > 0 && l[0] != '#')];
        string[] types = [.. named.Where(l => l.EndsWith('*')).Select(l => l[..^1])];
        Assert.All(types, t => Assert.Contains(t, ours));
        ours.RemoveWhere(line => types.Contains(line.Split(':')[0]));
        Assert.Equal(named.Where(l => !l.EndsWith('*')).Order(StringComparer.Ordinal), ours);
    }

    [Fact]
    public void The_list_of_NetMQs_surface_is_read_as_meant()
    {
        var theirs = Surface.OfNetMQ();
        Assert.Contains("SocketLab.ZeroMq.ZmqSocket: Boolean TryReceive(ref Msg, TimeSpan)", theirs);
        Assert.Contains("SocketLab.ZeroMq.ErrorCode: HostUnreachable", theirs);
        Assert.Contains("SocketLab.ZeroMq.SocketOptions: TimeSpan Linger", theirs);
    }
}
