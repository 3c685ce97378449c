namespace SocketLab.Explain;

/// <summary>Keeps an explanation from being repeated to death: after a few times a line of what the kernel says is enough.</summary>
/// <param name="times">How often each is given whole.</param>
internal sealed class SaidBefore(int times)
{
    private readonly Dictionary<string, int> _times = [];

    /// <summary>Counts one more time; true: it was said often enough before. Addresses that differ do not make a text new.</summary>
    public bool Often(Explanation text) => (_times[text.Mind] = _times.GetValueOrDefault(text.Mind) + 1) > times;
}
