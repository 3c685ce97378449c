using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq;

/// <summary>What a constructor opens, and what must be done on the reactor's thread before a call returns.</summary>
public abstract partial class ZmqSocket
{
    /// <summary>NetMQ's connection strings: <c>@</c> binds, <c>&gt;</c> connects, commas part several; without a mark the default holds.</summary>
    private protected void Open(string? connectionString, string defaultMark)
    {
        try
        {
            foreach (string part in (connectionString ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                string mark = part[0] is '@' or '>' ? part[..1] : defaultMark;
                string address = part.TrimStart('@', '>');
                if (mark == Attach)
                {
                    Bind(address);
                }
                else
                {
                    Connect(address);
                }
            }
        }
        catch
        {
            // The constructor fails, and nobody else can close what is open already.
            Options.Linger = TimeSpan.Zero;
            Dispose();
            throw;
        }
    }

    private static void RunOnReactor(Action action)
    {
        if (Reactor.Shared.IsCurrent)
        {
            action();
            return;
        }
        using var done = new ManualResetEventSlim();
        Reactor.Shared.Post(() =>
        {
            try
            {
                action();
            }
            finally
            {
                done.Set();
            }
        });
        // Bounded: a reactor that is busy for so long must not hold the program.
        done.Wait(1000);
    }
}
