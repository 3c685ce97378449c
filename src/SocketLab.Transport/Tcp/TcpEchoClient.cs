using System.Net;
using System.Net.Sockets;
using SocketLab.Transport.Trace;

namespace SocketLab.Transport.Tcp;

/// <summary>Connects to an echo server, sends messages and receives them back: socket, connect, sendall, recv, shutdown, close.</summary>
public sealed partial class TcpEchoClient : IAsyncDisposable
{
    private readonly TcpEchoClientOptions _options;
    private readonly TraceLog _log;
    private readonly int _number;
    private byte[] _buffer;
    private int _have;
    private volatile bool _sendFailed;
    private Socket? _socket;
    private long _bytesIn;
    private long _bytesOut;

    /// <param name="options">Where to, and how.</param>
    /// <param name="log">The journal; none: nothing is written.</param>
    public TcpEchoClient(TcpEchoClientOptions options, TraceLog? log = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _log = log ?? TraceLog.Off;
        _number = _log.NextConnection();
        _buffer = new byte[options.BufferBytes];
    }

    /// <summary>This side's end point, chosen by the kernel at connect.</summary>
    public IPEndPoint? LocalEndPoint { get; private set; }

    /// <summary>The address that answered.</summary>
    public IPEndPoint? RemoteEndPoint { get; private set; }

    private Socket Socket => _socket ?? throw new InvalidOperationException("connect first");

    /// <summary>Resolves the host and tries its addresses in turn until one answers.</summary>
    /// <exception cref="SocketException">No such host, or the last address's reason: refused, unreachable …</exception>
    /// <exception cref="TimeoutException">No answer within <see cref="TcpEchoClientOptions.Timeout"/>.</exception>
    public async Task ConnectAsync(CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(_options.Timeout);
        try
        {
            // A name may stand for several addresses: localhost is ::1 and 127.0.0.1, and a server on one does not hear the other.
            var addresses = await HostAddresses.OfAsync(_options.Host, deadline.Token).ConfigureAwait(false);
            for (var i = 0; !await TryConnectAsync(new IPEndPoint(addresses[i], _options.Port), i == addresses.Length - 1, deadline.Token).ConfigureAwait(false); i++)
            {
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            Write(TraceKind.Timeout, $"no answer within {_options.Timeout.TotalSeconds:0.###} s");
            throw new TimeoutException();
        }
    }

    private async Task<bool> TryConnectAsync(IPEndPoint to, bool last, CancellationToken cancel)
    {
        // socket(2): a descriptor and nothing more.
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = _options.NoDelay };
        Write(TraceKind.Create, $"stream socket, {(to.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4")}");
        try
        {
            // connect(2): SYN, SYN-ACK, ACK. It ends when the server's kernel has answered, whether or not the server has accepted.
            await socket.ConnectAsync(to, cancel).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            WriteError(e, to);
            if (last)
            {
                throw;
            }
            return false;
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
        (_socket, LocalEndPoint, RemoteEndPoint) = (socket, (IPEndPoint)socket.LocalEndPoint!, to);
        Write(TraceKind.Connect, to.Address.ToString() == _options.Host ? null : $"{_options.Host} answered at {to.Address}");
        return true;
    }

    /// <summary>Hands all of it to the kernel (sendall), in pieces where so asked. Handed over is not delivered.</summary>
    /// <exception cref="SocketException">The peer is gone: the first send after it has left still succeeds, the next fails.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        var piece = _options.ChunkBytes > 0 ? _options.ChunkBytes : bytes.Length;
        try
        {
            while (!bytes.IsEmpty)
            {
                var sent = await Socket.SendAsync(bytes[..Math.Min(piece, bytes.Length)], cancel).ConfigureAwait(false);
                WriteBytes(TraceKind.Send, TraceDirection.Out, _bytesOut, bytes.Span[..sent]);
                _bytesOut += sent;
                bytes = bytes[sent..];
            }
        }
        catch (SocketException e)
        {
            _sendFailed = true;
            WriteError(e, RemoteEndPoint);
            throw;
        }
    }

    /// <summary>Takes what is there, up to the buffer's size: a count of bytes, not a message. 0: the peer has ended its stream.</summary>
    /// <exception cref="SocketException">The peer reset the connection.</exception>
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        try
        {
            var got = await Socket.ReceiveAsync(buffer[..Math.Min(buffer.Length, _options.BufferBytes)], cancel).ConfigureAwait(false);
            if (got == 0)
            {
                // The kernel reports a reset once. Where send had it, recv only says that nothing more will come: that is no FIN.
                if (!_sendFailed)
                {
                    Write(TraceKind.EndOfStream, "the peer has finished sending (FIN)");
                }
            }
            else
            {
                WriteBytes(TraceKind.Receive, TraceDirection.In, _bytesIn, buffer.Span[..got]);
                _bytesIn += got;
            }
            return got;
        }
        catch (SocketException e)
        {
            WriteError(e, RemoteEndPoint);
            throw;
        }
    }

    /// <summary>Sends one message and receives it back, framed as the options say; what is returned is the body.</summary>
    /// <exception cref="TimeoutException">Not all of it came back within <see cref="TcpEchoClientOptions.Timeout"/>.</exception>
    /// <exception cref="EndOfStreamException">The server ended its stream before all of it had come back.</exception>
    /// <exception cref="InvalidDataException">What came back is not framed as the options say.</exception>
    /// <exception cref="SocketException">The connection was reset.</exception>
    public async Task<byte[]> EchoAsync(ReadOnlyMemory<byte> message, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(_options.Timeout);
        var frame = Frames.Encode(_options.Framing, message);
        // Both at once: with a large message the server's replies fill the buffers before we have sent all of it.
        var sending = SendAsync(frame, deadline.Token);
        try
        {
            var back = await ReceiveFrameAsync(frame.Length, deadline.Token).ConfigureAwait(false);
            await sending.ConfigureAwait(false);
            return back;
        }
        catch (EndOfStreamException) when (sending.IsFaulted)
        {
            await sending.ConfigureAwait(false); // the reason: reset, or nobody there any more
            throw;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            Write(TraceKind.Timeout, $"{_bytesOut:N0} bytes sent, {_bytesIn:N0} came back within {_options.Timeout.TotalSeconds:0.###} s");
            throw new TimeoutException();
        }
    }

    /// <summary>Receives until a whole frame is there. What has come of the next one is kept for the next call.</summary>
    private async Task<byte[]> ReceiveFrameAsync(int asSent, CancellationToken cancel)
    {
        int length;
        while ((length = Frames.Measure(_options.Framing, _buffer.AsSpan(0, _have), asSent)) < 0)
        {
            if (_have == _buffer.Length)
            {
                Array.Resize(ref _buffer, 2 * _buffer.Length); // by what has come, never by what was announced
            }
            var got = await ReceiveAsync(_buffer.AsMemory(_have), cancel).ConfigureAwait(false);
            if (got == 0)
            {
                throw new EndOfStreamException(_options.Framing == Framing.None
                    ? $"{_have:N0} of {asSent:N0} bytes came back, then the stream ended"
                    : $"the stream ended within a message, {_have:N0} bytes after its beginning");
            }
            _have += got;
        }
        var body = Frames.Body(_options.Framing, _buffer.AsSpan(0, length)).ToArray();
        _buffer.AsSpan(length, _have - length).CopyTo(_buffer);
        _have -= length;
        return body;
    }

    /// <summary>shutdown(2) of our direction: a FIN goes out, and receiving goes on until the server has ended its own.</summary>
    public void ShutdownSend()
    {
        Socket.Shutdown(SocketShutdown.Send);
        Write(TraceKind.Shutdown, "our direction: a FIN goes out; the other one stays open");
    }

    /// <summary>Closes the connection: a FIN, or a reset where so asked.</summary>
    public ValueTask DisposeAsync()
    {
        if (_socket is { } socket)
        {
            if (_options.ResetOnClose)
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            socket.Dispose();
            Write(TraceKind.Close, _options.ResetOnClose ? "with a reset (SO_LINGER 0)" : null);
            _socket = null;
        }
        return ValueTask.CompletedTask;
    }
}
