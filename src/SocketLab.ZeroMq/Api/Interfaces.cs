namespace SocketLab.ZeroMq;

/// <summary>What frames can be sent to.</summary>
public interface IOutgoingSocket
{
    /// <summary>Sends one frame; with <paramref name="more"/> it is kept until the last frame of its message is sent.</summary>
    /// <returns>False when the time-out passed first; the message is then still the caller's.</returns>
    bool TrySend(ref Msg msg, TimeSpan timeout, bool more);
}

/// <summary>What frames can be received from.</summary>
public interface IReceivingSocket
{
    /// <summary>Receives one frame into <paramref name="msg"/>, whose previous content is closed.</summary>
    /// <returns>False when the time-out passed first.</returns>
    bool TryReceive(ref Msg msg, TimeSpan timeout);
}

/// <summary>What a <see cref="ZmqPoller"/> can watch.</summary>
public interface ISocketPollable
{
    /// <summary>The socket to watch.</summary>
    ZmqSocket Socket { get; }

    /// <summary>Whether it was disposed.</summary>
    bool IsDisposed { get; }
}
