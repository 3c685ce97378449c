using System.Net.Sockets;

namespace SocketLab.ZeroMq;

/// <summary>An operation on a ZeroMQ socket failed; <see cref="ErrorCode"/> says why.</summary>
public class ZmqException : Exception
{
    /// <summary>An exception without a message.</summary>
    public ZmqException() => ErrorCode = ErrorCode.Fault;

    /// <summary>An exception with a message.</summary>
    public ZmqException(string message) : base(message) => ErrorCode = ErrorCode.Fault;

    /// <summary>An exception with a message and its cause.</summary>
    public ZmqException(string message, Exception innerException) : base(message, innerException) => ErrorCode = ErrorCode.Fault;

    internal ZmqException(ErrorCode code, string message, Exception? inner = null) : base(message, inner) => ErrorCode = code;

    /// <summary>Why the operation failed.</summary>
    public ErrorCode ErrorCode { get; }

    internal static ErrorCode CodeOf(SocketError error) => error switch
    {
        SocketError.AccessDenied => ErrorCode.AccessDenied,
        SocketError.AddressAlreadyInUse => ErrorCode.AddressAlreadyInUse,
        SocketError.AddressNotAvailable => ErrorCode.AddressNotAvailable,
        SocketError.AddressFamilyNotSupported => ErrorCode.AddressFamilyNotSupported,
        SocketError.ConnectionAborted => ErrorCode.ConnectionAborted,
        SocketError.ConnectionRefused => ErrorCode.ConnectionRefused,
        SocketError.ConnectionReset => ErrorCode.ConnectionReset,
        SocketError.HostUnreachable => ErrorCode.HostUnreachable,
        SocketError.NetworkDown => ErrorCode.NetworkDown,
        SocketError.NetworkReset => ErrorCode.NetworkReset,
        SocketError.NetworkUnreachable => ErrorCode.NetworkUnreachable,
        SocketError.NoBufferSpaceAvailable => ErrorCode.NoBufferSpaceAvailable,
        SocketError.NotConnected => ErrorCode.NotConnected,
        SocketError.TimedOut => ErrorCode.TimedOut,
        SocketError.TooManyOpenSockets => ErrorCode.TooManyOpenSockets,
        _ => ErrorCode.Fault,
    };
}

/// <summary>Another socket already uses the address (or the ipc path has a living owner).</summary>
public class AddressAlreadyInUseException : ZmqException
{
    /// <summary>Says which address is taken.</summary>
    public AddressAlreadyInUseException(string message) : base(ErrorCode.AddressAlreadyInUse, message) { }

    /// <summary>Says which address is taken, with the system's error.</summary>
    public AddressAlreadyInUseException(Exception innerException, string message)
        : base(ErrorCode.AddressAlreadyInUse, message, innerException) { }
}

/// <summary>Unbind or Disconnect named an endpoint that is not bound or connected.</summary>
public class EndpointNotFoundException : ZmqException
{
    /// <summary>An exception with a general message.</summary>
    public EndpointNotFoundException() : this("no such endpoint") { }

    /// <summary>Says which endpoint was not found.</summary>
    public EndpointNotFoundException(string message) : base(ErrorCode.EndpointNotFound, message) { }

    /// <summary>Says which endpoint was not found, with the cause.</summary>
    public EndpointNotFoundException(Exception innerException, string message)
        : base(ErrorCode.EndpointNotFound, message, innerException) { }
}

/// <summary>A message was used that is not initialised.</summary>
public class FaultException : ZmqException
{
    /// <summary>An exception with a general message.</summary>
    public FaultException() : this("the engine was used wrongly") { }

    internal FaultException(string message) : base(ErrorCode.Fault, message) { }
}

/// <summary>The call is out of order: a REQ socket sends and receives in turn, a REP socket receives and sends in turn.</summary>
public class FiniteStateMachineException : ZmqException
{
    /// <summary>An exception with a general message.</summary>
    public FiniteStateMachineException() : this("the call is out of order for this socket type") { }

    internal FiniteStateMachineException(string message) : base(ErrorCode.FiniteStateMachine, message) { }
}

/// <summary>A ROUTER with <see cref="SocketOptions.RouterMandatory"/> has no peer of the given routing id.</summary>
public class HostUnreachableException : ZmqException
{
    /// <summary>An exception with a general message.</summary>
    public HostUnreachableException() : this("no peer has this routing id") { }

    internal HostUnreachableException(string message) : base(ErrorCode.HostUnreachable, message) { }
}

/// <summary>An argument or an endpoint cannot be understood.</summary>
public class InvalidException : ZmqException
{
    /// <summary>An exception with a general message.</summary>
    public InvalidException() : this("invalid argument") { }

    /// <summary>Says what is wrong.</summary>
    public InvalidException(string message) : base(ErrorCode.Invalid, message) { }

    /// <summary>Says what is wrong, with the cause.</summary>
    public InvalidException(Exception innerException, string message) : base(ErrorCode.Invalid, message, innerException) { }
}

/// <summary>The endpoint names a transport that this engine does not have; it has tcp, ipc and inproc.</summary>
public class ProtocolNotSupportedException : ZmqException
{
    /// <summary>An exception with a general message.</summary>
    public ProtocolNotSupportedException() : this("transports are tcp://, ipc:// and inproc://") { }

    internal ProtocolNotSupportedException(string message) : base(ErrorCode.ProtocolNotSupported, message) { }
}

/// <summary>The socket was disposed while a call was waiting in it.</summary>
public class TerminatingException : ZmqException
{
    /// <summary>Says what was closed.</summary>
    public TerminatingException(string message) : base(ErrorCode.ContextTerminated, message) { }
}
