namespace SocketLab.Demo;

/// <summary>One pattern played whole in one process: its roles from left to right, and the play, which says whether it came out right.</summary>
/// <param name="Pattern"><c>tcp-echo</c></param>
/// <param name="Roles">The columns, as on the command line: <c>server</c>, <c>client</c>.</param>
/// <param name="Checks">What its success means, in a few words.</param>
/// <param name="PlayAsync">Runs it on real sockets over loopback; null: it came out right, else what went wrong.</param>
internal sealed record Demonstration(string Pattern, IReadOnlyList<string> Roles, string Checks, Func<DemoStage, CancellationToken, Task<string?>> PlayAsync)
{
    public static IReadOnlyList<Demonstration> All { get; } =
    [
        new("udp-echo", ["server", "client"], "a datagram and its echo, whole", EchoDemos.UdpAsync),
        new("tcp-echo", ["server", "client"], "11 bytes and their echo, read 5 at a time", EchoDemos.TcpAsync),
        new("reqrep", ["server", "client"], "two requests, two replies", ZeroMqDemos.RequestReplyAsync),
        new("pubsub", ["server", "client 1", "client 2"], "each subscriber got its topics, and no more", ZeroMqDemos.PublishSubscribeAsync),
        new("pipeline", ["server", "worker A", "worker B", "sink"], "four tasks, two workers, four results", ZeroMqDemos.PipelineAsync),
    ];
}
