using System.Text;
using SocketLab.Transport.Patterns;

namespace SocketLab.Demo;

/// <summary>The ZeroMQ patterns. Each role makes and uses its socket on a thread of its own, as every ZeroMQ program must.</summary>
internal static class ZeroMqDemos
{
    public static async Task<string?> RequestReplyAsync(DemoStage stage, CancellationToken cancel)
    {
        const int Requests = 2;
        var at = Promise();
        var server = Role(() =>
        {
            using var replier = new Replier(stage.Bound(), Reply.WithEcho, log: stage.Log("server"));
            at.SetResult(replier.EndPoint);
            replier.Run(cancel, Requests);
        }, at);
        var replies = new List<string>();
        var client = Role(() =>
        {
            using var requester = new Requester(Connected(at.Task.Result), stage.Patience, log: stage.Log("client"));
            for (var i = 1; i <= Requests && requester.Ask([Bytes($"Hello {i}")], cancel) is { } reply; i++)
            {
                replies.Add(Encoding.UTF8.GetString(reply[0]));
            }
        });
        await Task.WhenAll(server, client);
        return replies is ["Echo: Hello 1", "Echo: Hello 2"] ? null : $"replies: {string.Join(", ", replies)}";
    }

    public static async Task<string?> PublishSubscribeAsync(DemoStage stage, CancellationToken cancel)
    {
        var at = Promise();
        var server = Role(() =>
        {
            using var publisher = new Publisher(stage.Bound(), stage.Log("server"));
            at.SetResult(publisher.EndPoint);
            // Without this wait the first messages would be gone before the subscriptions arrived.
            publisher.WaitForSubscribers(2, cancel);
            foreach (var message in (string[])["1-Update!", "2-Update!", "10-Update!", "3-Update!"])
            {
                publisher.Publish(Bytes(message));
            }
        }, at);
        var (first, second) = (new List<string>(), new List<string>());
        // "1" is a prefix of bytes: it gets 10 as well.
        await Task.WhenAll(server, Subscribe("client 1", "1", 2, first), Subscribe("client 2", "2", 1, second));
        return first is ["1-Update!", "10-Update!"] && second is ["2-Update!"] ? null : $"got {string.Join(", ", first)} and {string.Join(", ", second)}";

        Task Subscribe(string role, string topic, int count, List<string> got) => Role(() =>
        {
            using var subscriber = new Subscriber(Connected(at.Task.Result), [topic], stage.Log(role));
            subscriber.Run(message => got.Add(Encoding.UTF8.GetString(message[0])), cancel, count);
        });
    }

    public static async Task<string?> PipelineAsync(DemoStage stage, CancellationToken cancel)
    {
        var (tasks, results) = (Promise(), Promise());
        var gathered = 0L;
        var sink = Role(() =>
        {
            using var gatherer = new Sink(stage.Bound(), stage.Log("sink"));
            results.SetResult(gatherer.EndPoint);
            gatherer.Run((_, _) => { }, cancel);
            gathered = gatherer.Results;
        }, results);
        var server = Role(() =>
        {
            using var ventilator = new Ventilator(stage.Bound(), stage.Log("server"));
            tasks.SetResult(ventilator.EndPoint);
            ventilator.WaitForWorkers(2, cancel);
            for (var i = 1; i <= 4; i++)
            {
                ventilator.Push(Bytes($"task {i}"), cancel);
            }
            ventilator.PushEnd(cancel);
        }, tasks);
        await Task.WhenAll(sink, server, Work("A"), Work("B"));
        return gathered == 4 ? null : $"{gathered} of 4 results";

        Task Work(string name) => Role(() =>
        {
            using var worker = new Worker(name, Connected(tasks.Task.Result), Connected(results.Task.Result), WorkTime.Parse("fixed:0.05", null)!, stage.Log("worker " + name));
            worker.Run((_, _) => { }, cancel);
        });
    }

    private static TaskCompletionSource<string> Promise() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static PatternOptions Connected(string endPoint) => new() { Connect = [endPoint] };

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A thread for one role; if it fails before it has bound, those that wait for its end point fail too.</summary>
    private static Task Role(Action play, TaskCompletionSource<string>? endPoint = null) => Task.Factory.StartNew(() =>
    {
        try
        {
            play();
        }
        catch (Exception e)
        {
            endPoint?.TrySetException(e);
            throw;
        }
    }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
