using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Patterns;

/// <summary>
/// Publish-subscribe, the receiving side: a SUB socket gets the messages that begin with one of its topics. A topic is a prefix of
/// bytes: "1" matches "1-Update!", and "10-Update!" as well.
/// </summary>
public sealed partial class Subscriber : IDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);
    private readonly SubscriberSocket _socket = new();
    private readonly WireObserver _observer;
    private readonly Dictionary<string, long> _lastIds = [];
    private readonly IReadOnlyList<string> _topics;
    private readonly PatternOptions _options;
    private readonly TraceLog _log;

    /// <param name="options">Where to connect or bind.</param>
    /// <param name="topics">Prefixes; "" matches everything.</param>
    /// <param name="log">The journal.</param>
    public Subscriber(PatternOptions options, IReadOnlyList<string> topics, TraceLog? log = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        (_topics, _log) = (topics, log ?? TraceLog.Off);
        _observer = options.Observer(_log);
        EndPoint = options.Open(_socket, _log, _observer);
        foreach (var topic in topics)
        {
            _socket.Subscribe(topic);
            if (_log.IsOn)
            {
                _log.Write(new TraceEvent { Kind = TraceKind.Subscribe, Note = topic.Length == 0 ? "everything" : null }, Encoding.UTF8.GetBytes(topic));
            }
        }
    }

    /// <summary>Where it is bound or connected.</summary>
    public string EndPoint { get; }

    /// <summary>Messages received.</summary>
    public long Received { get; private set; }

    /// <summary>Messages that the ids show to be missing: published before we joined, dropped, or lost with a connection.</summary>
    public long Missed { get; private set; }

    /// <summary>Hands each message to the action until cancelled, or so many.</summary>
    public void Run(Action<List<byte[]>> show, CancellationToken cancel, long count = long.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(show);
        List<byte[]>? message = null;
        var quietSince = DateTime.UtcNow;
        var (said, connected) = (false, false);
        while (!cancel.IsCancellationRequested && Received < count)
        {
            if (_socket.TryReceiveMultipartBytes(Turn, ref message))
            {
                Received++;
                (quietSince, said) = (DateTime.UtcNow, false);
                CountGap(message!);
                show(message!);
            }
            else if (connected != _observer.Ready > 0)
            {
                (quietSince, said, connected) = (DateTime.UtcNow, false, !connected);
            }
            else if (!said && DateTime.UtcNow - quietSince > Silence)
            {
                said = true;
                SayWhySilent(connected);
            }
        }
    }

    /// <summary>A message such as <c>1-Update! >> #7 >> 12:00</c> carries its number: a jump in them is a loss that can be counted.</summary>
    private void CountGap(List<byte[]> message)
    {
        var text = Encoding.UTF8.GetString(message.Count > 1 ? [.. message[0], .. message[1]] : message[0]);
        if (Numbered().Match(text) is not { Success: true } match || !long.TryParse(match.Groups[2].Value, CultureInfo.InvariantCulture, out var id))
        {
            return;
        }
        var topic = match.Groups[1].Value;
        var known = _lastIds.TryGetValue(topic, out var last);
        var missing = id - last - 1;
        _lastIds[topic] = id;
        if (missing <= 0)
        {
            return;
        }
        Missed += missing;
        if (_log.IsOn)
        {
            _log.Write(new TraceEvent
            {
                Kind = TraceKind.Drop,
                Count = missing,
                Note = known
                    ? $"ids {last + 1} to {id - 1} of \"{topic}\" never came: dropped at a full queue, or sent while we were away"
                    : $"ids 1 to {id - 1} of \"{topic}\" were published before our subscription arrived (the slow joiner)",
            });
        }
    }

    private void SayWhySilent(bool connected)
    {
        // A publisher that was heard may pause for as long as it likes.
        if (_log.IsOn && !(connected && Received > 0))
        {
            var wanted = string.Join(", ", _topics.Select(topic => $"\"{topic}\""));
            _log.Write(new TraceEvent
            {
                Kind = TraceKind.Waiting,
                Note = !connected
                    ? Received == 0 ? "no publisher is connected yet: still trying" : "no publisher is connected any more: trying to reach it again, and what it sends meanwhile is lost"
                    : _topics.Count == 0 ? "connected, but subscribed to nothing: a SUB socket without a subscription receives nothing"
                    : _topics.Contains("") ? "connected, but nothing has been published since"
                    : $"connected, but nothing published begins with {wanted}: filters are byte prefixes, and the publisher sends us only what matches",
            });
        }
    }

    [GeneratedRegex(@"^(.*?)-?(?:Update!)? ?>> #(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Numbered();

    /// <summary>Closes the socket.</summary>
    public void Dispose() => _options.Close(_socket, _log);
}
