using SocketLab.ZeroMq;

namespace SocketLab.ZeroMq.Tests.Sockets;

/// <summary>Fresh endpoints for tests, and the time that anything may take on a busy machine.</summary>
internal static class Endpoints
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static TheoryData<string> All => new("tcp", "ipc", "inproc");

    public static TheoryData<string> Streams => new("tcp", "ipc");

    /// <summary>Binds to a free endpoint and returns what to connect to.</summary>
    public static string BindFree(this ZmqSocket socket, string transport)
    {
        socket.Bind(transport switch
        {
            "tcp" => "tcp://127.0.0.1:0",
            "ipc" => $"ipc://{FreePath()}",
            _ => FreeName(),
        });
        return socket.Options.LastEndpoint!;
    }

    public static string FreePath() => Path.Combine(Path.GetTempPath(), $"socketlab-{Guid.NewGuid():N}.sock");

    public static string FreeName() => $"inproc://{Guid.NewGuid():N}";

    public static string Receive(this ZmqSocket socket)
    {
        Assert.True(socket.TryReceiveFrameString(Deadline, out var text), $"{socket.GetType().Name} received nothing");
        return text;
    }

    public static List<string> ReceiveAll(this ZmqSocket socket)
    {
        List<string>? texts = null;
        Assert.True(socket.TryReceiveMultipartStrings(Deadline, ref texts), $"{socket.GetType().Name} received nothing");
        return texts;
    }

    /// <summary>Waits for something to become so; for what no event announces.</summary>
    public static void Until(Func<bool> condition, string what)
    {
        Assert.True(SpinWait.SpinUntil(condition, Deadline), what);
    }
}
