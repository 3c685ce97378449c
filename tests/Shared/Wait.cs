namespace SocketLab.Tests.Shared;

/// <summary>Deadlines, generous since CI machines are slow, and waiting for a condition instead of for a time.</summary>
internal static class Wait
{
    public static TimeSpan Deadline { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Waits until something holds; what it was called is in the failure.</summary>
    public static async Task UntilAsync(Func<bool> holds, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(holds))] string what = "")
    {
        using var patience = new CancellationTokenSource(Deadline);
        while (!holds())
        {
            Assert.False(patience.IsCancellationRequested, $"not within {Deadline.TotalSeconds} s: {what}");
            await Task.Delay(5);
        }
    }
}
