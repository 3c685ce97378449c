namespace SocketLab.ZeroMq;

/// <summary>Says which socket is ready, and for what.</summary>
public class ZmqSocketEventArgs : EventArgs
{
    private readonly PollEvents _events;

    /// <summary>Arguments for a socket.</summary>
    public ZmqSocketEventArgs(ZmqSocket socket) => Socket = socket;

    internal ZmqSocketEventArgs(ZmqSocket socket, PollEvents events) : this(socket) => _events = events;

    /// <summary>The socket.</summary>
    public ZmqSocket Socket { get; }

    /// <summary>Whether a message can be received.</summary>
    public bool IsReadyToReceive => (_events & PollEvents.PollIn) != 0;

    /// <summary>Whether a message can be sent.</summary>
    public bool IsReadyToSend => (_events & PollEvents.PollOut) != 0;
}
