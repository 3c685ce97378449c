using System.Net.Sockets;
using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// The handshake (RFC 37, "Version Negotiation" and "The NULL Security Mechanism"): both greetings at once, then READY both ways.
/// Nothing else is sent before the peer's READY has come; libzmq would close the connection.
/// </summary>
internal sealed partial class Connection
{
    private byte[] _greeting = [];
    private int _greetingLeft;
    private string? _peerType;
    private int _peerMajor, _peerMinor;
    private ReactorTimer? _deadline;

    /// <summary>On the reactor's thread, once: sends greeting and READY, and gives the peer its time.</summary>
    public void Start()
    {
        Reactor.Shared.Watch(this);
        byte[] ready = NullHandshake.Ready(Owner.SocketType, Owner.Options.Identity);
        _greeting = [.. Greeting.Bytes, .. ready];
        _greetingLeft = _greeting.Length;
        _deadline = Reactor.Shared.After((int)Owner.Options.HandshakeTimeout.TotalMilliseconds, () =>
        {
            if (_phase < Phase.Traffic)
            {
                Fail($"no complete handshake within {Owner.Options.HandshakeTimeout.TotalSeconds:0.#} s");
            }
        });
        SendGreeting();
    }

    private void SendGreeting()
    {
        bool first = _greetingLeft == _greeting.Length;
        int sent = Socket.Send(_greeting.AsSpan(^_greetingLeft..), SocketFlags.None, out var error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            Fail($"sending the greeting failed: {Reasons.Of(error)}");
            return;
        }
        _greetingLeft -= Math.Max(0, sent);
        if (first && Owner.Observe is not null)
        {
            var ready = _greeting.AsSpan(Greeting.Length);
            Report(new ZmqEvent { Kind = ZmqEventKind.GreetingSent, Bytes = _greeting.AsSpan(0, Greeting.Length) });
            Report(new ZmqEvent { Kind = ZmqEventKind.CommandSent, WireFlags = ready[0], Bytes = ready[(ready[0] == 6 ? 9 : 2)..] });
        }
    }

    /// <returns>How many bytes the handshake used up; the rest is traffic when the phase says so.</returns>
    private int Handshake(ReadOnlySpan<byte> bytes)
    {
        int used = 0;
        if (_phase == Phase.Greeting)
        {
            if (Greeting.Refuse(bytes) is { } reason)
            {
                Fail(reason);
                return 0;
            }
            if (bytes.Length < Greeting.Length)
            {
                return 0;
            }
            (_peerMajor, _peerMinor) = Greeting.Version(bytes);
            Report(new ZmqEvent
            {
                Kind = ZmqEventKind.GreetingReceived,
                Bytes = bytes[..Greeting.Length],
                PeerVersion = $"{_peerMajor}.{_peerMinor}",
            });
            _phase = Phase.Ready;
            used = Greeting.Length;
        }
        int frame = ReadReady(bytes[used..]);
        return used + frame;
    }

    private int ReadReady(ReadOnlySpan<byte> bytes)
    {
        int header = FrameCodec.ReadHeader(bytes, out byte flags, out ulong length);
        if (header == FrameCodec.Illegal || (bytes.Length > 0 && (flags & FrameCodec.Command) == 0))
        {
            return Refuse("it sent something else than READY");
        }
        if (length > NullHandshake.LongestReady)
        {
            return Refuse($"its READY of {length} bytes is too long");
        }
        if (header == FrameCodec.NeedMore || bytes.Length < header + (int)length)
        {
            return 0;
        }
        var body = bytes.Slice(header, (int)length);
        Report(new ZmqEvent { Kind = ZmqEventKind.CommandReceived, WireFlags = flags, Bytes = body });
        var peer = NullHandshake.Read(body, Owner.SocketType);
        _peerType = peer.Type;
        IsUnwanted = peer.IsError;
        if (peer.IsError)
        {
            Fail(peer.Reason!);
            return 0;
        }
        if (peer.Reason is not null)
        {
            return Refuse(peer.Reason);
        }
        Accepted(peer.Identity);
        return header + (int)length;
    }

    /// <summary>Tells the peer too, unless it has not even our greeting yet: an ERROR in the midst of that would mean nothing.</summary>
    private int Refuse(string reason)
    {
        if (_greetingLeft == 0)
        {
            Socket.Send(Command.Error(reason), SocketFlags.None, out _);
        }
        Fail($"handshake refused: {reason}");
        return 0;
    }

    private void Accepted(byte[] identity)
    {
        _deadline?.Cancel();
        _phase = Phase.Traffic;
        Pipe.PeerIdentity = identity;
        Pipe.Reopen();
        // Whoever hears of the handshake finds the peer there.
        Owner.AddPipe(Pipe);
        if (!Owner.IsAttached(Pipe))
        {
            Fail("this socket has its one peer already");
            return;
        }
        Report(new ZmqEvent
        {
            Kind = ZmqEventKind.HandshakeDone,
            PeerSocketType = _peerType,
            PeerVersion = $"{_peerMajor}.{_peerMinor}",
            PeerIdentity = identity,
        });
        StartHeartbeat();
        Pipe.GoOnline(this);
        // What was queued may have found the connection ended.
        if (_failed == 0)
        {
            Owner.OnPipeWritable();
            Owner.OnOnline(Pipe);
        }
    }
}
