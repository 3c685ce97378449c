using SocketLab.Diagram;
using SocketLab.Explain;
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

    /// <param name="demonstration">What is to be played.</param>
    /// <param name="show">Shows one event, with what the kernel says; one at a time. None: nothing is shown.</param>
    /// <param name="stepper">Waits for Enter after each.</param>
    public DemoStage(Demonstration demonstration, Action<TraceEvent, string?>? show, Stepper? stepper)
    {
        (_show, _stepper) = (show, stepper);
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
