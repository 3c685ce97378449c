namespace SocketLab.ZeroMq;

/// <summary>What holds for all sockets of the process.</summary>
public static class ZmqConfig
{
    /// <summary>The <see cref="SocketOptions.Linger"/> of sockets made from now on. Default 2 s.</summary>
    public static TimeSpan Linger
    {
        get => DefaultLinger;
        set => DefaultLinger = value;
    }

    internal static TimeSpan DefaultLinger { get; private set; } = TimeSpan.FromSeconds(2);

    /// <summary>Here for programs written for NetMQ. Sockets flush in their own Dispose, so nothing is left to clean up.</summary>
    public static void Cleanup(bool block = true) => _ = block;
}
