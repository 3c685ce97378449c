namespace SocketLab.Bench;

/// <summary>One line on the terminal that says how far it is; gone when the report comes. Nothing where nobody watches.</summary>
internal sealed class ProgressLine : IDisposable
{
    private const int EveryMs = 250;
    private readonly Timer? _timer;
    private readonly Lock _gate = new();
    private string _what = "";
    private Measurement? _measured;
    private bool _over;

    public ProgressLine(bool on) => _timer = on ? new Timer(_ => Show(), null, EveryMs, EveryMs) : null;

    public void Begin(string what, Measurement measured) => (_what, _measured) = (what, measured);

    private void Show()
    {
        lock (_gate)
        {
            if (_over || _measured is not { } measured || measured.EndNs == long.MaxValue)
            {
                return;
            }
            var seconds = (Clock.Ns - measured.FromNs) / 1e9;
            var how = seconds < 0 ? "warming up" : $"{Math.Min(seconds, measured.Plan.Seconds):0.0} of {measured.Plan.Seconds:0.#} s, {Figures.Count(measured.Count / Math.Max(seconds, 0.001))}/s";
            Console.Error.Write($"\r\e[K{_what}: {how}");
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _over = true;
            _timer?.Dispose();
            if (_timer is not null)
            {
                Console.Error.Write("\r\e[K");
            }
        }
    }
}
