using System.Collections.Concurrent;
using System.Diagnostics;
using SocketLab.Cli;
using SocketLab.Transport.Trace;
using SocketLab.Views;

namespace SocketLab.Explain;

/// <summary>
/// <c>--explain</c>: under each line of the narration what the course writes in Python, what C# calls, what the kernel says, and
/// what learners get wrong. The kernel is asked on the thread that did the call, at once after it; writing is the view's own affair.
/// </summary>
internal sealed class ExplainView(TextWriter output, Ink ink, bool hex, bool ascii, Stepper? stepper) : ITraceView, IDisposable
{
    private const int QuestionsASecond = 150;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly Narration _narration = new(output, ink, hex, ascii, everyAttempt: stepper is not null);
    private readonly ConcurrentDictionary<long, string> _kernel = [];
    private readonly InferredStates _inferred = new();
    private readonly SaidBefore _said = new(times: 3);
    private readonly object _progress = new();
    private long _shown;
    private long _second = Stopwatch.GetTimestamp();
    private int _askedThisSecond;

    public int PayloadBytes => _narration.PayloadBytes;

    /// <summary>For <see cref="TraceLog.Gate"/>: asks the kernel, and under <c>--step</c> waits until the step was shown and Enter pressed.</summary>
    public void Hold(TraceEvent e)
    {
        lock (_progress)
        {
            var inferred = _inferred.After(e);
            _kernel[e.Sequence] = MayAsk() ? KernelTable.Describe(e, inferred) ?? "" : "";
            Monitor.PulseAll(_progress);
            if (stepper is null)
            {
                return;
            }
            WaitFor(() => _shown >= e.Sequence);
        }
        stepper.Hold();
    }

    /// <summary>Asking takes a tenth of a millisecond or more of the caller's time: no more often than lines can be shown.</summary>
    private bool MayAsk()
    {
        if (Stopwatch.GetElapsedTime(_second) >= TimeSpan.FromSeconds(1))
        {
            (_second, _askedThisSecond) = (Stopwatch.GetTimestamp(), 0);
        }
        return _askedThisSecond++ < QuestionsASecond;
    }

    public void See(TraceEvent e)
    {
        lock (_progress)
        {
            // A gap is the view's own event: nobody asked the kernel about it.
            WaitFor(() => e.Kind == TraceKind.Gap || _kernel.ContainsKey(e.Sequence));
        }
        _kernel.TryRemove(e.Sequence, out var kernel);
        // A note explains itself.
        if (_narration.TryShow(e) && e.Kind != TraceKind.Note && Explanations.Of(e) is { } text)
        {
            var brief = _said.Often(text) && stepper is not { IsOver: false };
            foreach (var (name, line) in Lines(text, kernel, brief))
            {
                foreach (var (i, part) in Cells.Wrap(line, Columns).Index())
                {
                    output.WriteLine($"{"",11}{ink.Dim((i == 0 ? name : "").PadRight(8))}{Paint(name, part)}");
                }
            }
        }
        output.Flush();
        lock (_progress)
        {
            _shown = Math.Max(_shown, e.Sequence);
            Monitor.PulseAll(_progress);
        }
    }

    public void Flush() => _narration.Flush();

    public void Dispose()
    {
        _narration.Dispose();
        stepper?.Dispose();
    }

    private static IEnumerable<(string Name, string Line)> Lines(Explanation text, string? kernel, bool brief)
    {
        if (text.Python.Length > 0 && !brief)
        {
            yield return ("Python", text.Python);
            yield return ("C#", text.CSharp);
        }
        if (kernel is { Length: > 0 })
        {
            yield return ("kernel", kernel);
        }
        if (!brief)
        {
            yield return ("mind", text.Mind);
        }
    }

    private static int Columns => Console.IsErrorRedirected ? int.MaxValue : Math.Max(40, Console.WindowWidth - 20);

    private string Paint(string name, string text) => name switch { "kernel" => ink.Green(text), "mind" => ink.Yellow(text), _ => ink.Cyan(text) };

    private void WaitFor(Func<bool> holds)
    {
        var until = DateTime.UtcNow + Patience;
        while (!holds() && until - DateTime.UtcNow is { Ticks: > 0 } left)
        {
            Monitor.Wait(_progress, left);
        }
    }
}
