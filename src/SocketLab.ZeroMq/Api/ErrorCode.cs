namespace SocketLab.ZeroMq;

/// <summary>Why an operation failed, in NetMQ's names for libzmq's errno values.</summary>
public enum ErrorCode
{
    /// <summary>No such endpoint is bound or connected.</summary>
    EndpointNotFound = 2,
    /// <summary>The system refused the address or path.</summary>
    AccessDenied = 13,
    /// <summary>The engine itself failed.</summary>
    Fault = 14,
    /// <summary>An argument or endpoint cannot be understood.</summary>
    Invalid = 22,
    /// <summary>The operation would have to wait.</summary>
    TryAgain = 11,
    /// <summary>An operation is under way.</summary>
    InProgress = 115,
    /// <summary>The transport of the endpoint is not known.</summary>
    ProtocolNotSupported = 93,
    /// <summary>Another socket is bound to the address.</summary>
    AddressAlreadyInUse = 98,
    /// <summary>The address belongs to no interface of this machine.</summary>
    AddressNotAvailable = 99,
    /// <summary>The network is down.</summary>
    NetworkDown = 100,
    /// <summary>The system has no buffers left.</summary>
    NoBufferSpaceAvailable = 105,
    /// <summary>There is no connection.</summary>
    NotConnected = 107,
    /// <summary>Nobody listens at the address.</summary>
    ConnectionRefused = 111,
    /// <summary>No peer has the routing id, or no route leads to the host.</summary>
    HostUnreachable = 113,
    /// <summary>The message is too long.</summary>
    MessageSize = 90,
    /// <summary>The address family is not supported.</summary>
    AddressFamilyNotSupported = 97,
    /// <summary>No route leads to the network.</summary>
    NetworkUnreachable = 101,
    /// <summary>The connection was aborted.</summary>
    ConnectionAborted = 103,
    /// <summary>The peer reset the connection.</summary>
    ConnectionReset = 104,
    /// <summary>The time allowed has passed.</summary>
    TimedOut = 110,
    /// <summary>The network reset the connection.</summary>
    NetworkReset = 102,
    /// <summary>The call is out of order for this socket type.</summary>
    FiniteStateMachine = 156384763,
    /// <summary>The socket is closed.</summary>
    ContextTerminated = 156384765,
    /// <summary>No thread is there to do the work.</summary>
    EmptyThread = 156384766,
    /// <summary>The system allows no more sockets.</summary>
    TooManyOpenSockets = 24,
}
