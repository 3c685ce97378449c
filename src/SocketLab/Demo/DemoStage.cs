using SocketLab.Diagram;
using SocketLab.Explain;
using SocketLab.Transport.Patterns;
using SocketLab.Transport.Trace;

namespace SocketLab.Demo;

/// <summary>
/// Where a demonstration is played: a journal a role, one screen for all. What a role does is shown while its thread waits, so that
/// the screen is never behind; and a receive is shown after its send, although the receiver's thread may be quicker to tell.
/// </summary>
internal sealed class DemoStage : IAsyncDisposable
{
    private readonly Dictionary<string, TraceLog> _logs = [];
    private readonly List<Memory> _memories = [];
    private readonly Arrivals _arrivals = new();
    private readonly Lock _turn = new();
    private readonly Action<TraceEvent, string?>? _show;
    private readonly Stepper? _stepper;
    private readonly string _transport;
    private int _bound;

    /// <param name="demonstration">What is to be played.</param>
    /// <param name="show">Shows one event, with what the kernel says; one at a time. None: nothing is shown.</param>
    /// <param name="stepper">Waits for Enter after each.</param>
    /// <param name="transport">What the ZeroMQ patterns are played over: tcp, ipc, or inproc, since all roles are in this process.</param>
    public DemoStage(Demonstration demonstration, Action<TraceEvent, string?>? show, Stepper? stepper, string transport = "tcp")
    {
        (_show, _stepper, _transport) = (show, stepper, transport);
        foreach (var role in demonstration.Roles)
        {
            var log = new TraceLog($"{demonstration.Pattern} {role}");
            var memory = new Memory();
            _memories.Add(memory);
            log.Attach(memory);
            var states = new InferredStates();
            log.Gate = e => Tell(e, states);
            _logs.Add(role, log);
        }
    }

    /// <summary>How long a role waits for another: for ever when somebody talks in between.</summary>
    public TimeSpan Patience => _stepper is null ? TimeSpan.FromSeconds(10) : TimeSpan.FromDays(1);

    /// <summary>The last thing that went wrong on the way, for when nothing comes of it; null: nothing did.</summary>
    public string? Trouble { get; private set; }

    /// <summary>A ZeroMQ socket's end point that nobody else has.</summary>
    public PatternOptions Bound()
    {
        var name = $"socketlab-demo-{Environment.ProcessId}-{Interlocked.Increment(ref _bound)}";
        return new()
        {
            Bind = [_transport switch
            {
                "ipc" => $"ipc://{Path.Combine(Path.GetTempPath(), name)}.ipc",
                "inproc" => $"inproc://{name}",
                _ => "tcp://127.0.0.1:*",
            }],
        };
    }

    public TraceLog Log(string role) => _logs[role];

    /// <summary>Each role's events, for the diagram. Call it when the play is over.</summary>
    public async Task<List<List<TraceEvent>>> EventsAsync()
    {
        foreach (var log in _logs.Values)
        {
            await log.FlushAsync();
        }
        return _memories.ConvertAll(memory => memory.Events);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var log in _logs.Values)
        {
            await log.DisposeAsync();
        }
    }

    private void Tell(TraceEvent e, InferredStates states)
    {
        if (e.Kind is TraceKind.Retry or TraceKind.Error or TraceKind.Timeout)
        {
            Trouble = $"{e.Role}: {Words.Step(e)}";
        }
        if (_show is null)
        {
            return;
        }
        string? kernel;
        lock (states)
        {
            kernel = KernelTable.Describe(e, states.After(e));
        }
        _arrivals.WaitForCause(e);
        _arrivals.Queue();
        lock (_turn)
        {
            _show(e, kernel);
            _stepper?.Hold();
            _arrivals.Shown(e);
        }
    }

    private sealed class Memory : ITraceView
    {
        public List<TraceEvent> Events { get; } = [];

        public int PayloadBytes => int.MaxValue;

        public void See(TraceEvent e) => Events.Add(e);

        public void Flush()
        {
        }
    }
}
