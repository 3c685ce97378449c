using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Internal;

/// <summary>Commands in traffic (RFC 37): what each of them brings about here. Their shapes are in <see cref="Command"/>.</summary>
internal sealed partial class Connection
{
    private bool _tellsTopics;

    /// <returns>What is wrong with it, or null.</returns>
    private string? OnCommand(byte flags, ReadOnlySpan<byte> body)
    {
        Report(new ZmqEvent { Kind = ZmqEventKind.CommandReceived, WireFlags = flags, Bytes = body });
        if (!Command.TryRead(body, out var command))
        {
            return "protocol error: a command without a name";
        }
        if (command.Is("PING"u8))
        {
            return OnPing(command);
        }
        if (command.Is("SUBSCRIBE"u8))
        {
            return Owner.OnTopic(Pipe, true, command.Data);
        }
        if (command.Is("CANCEL"u8))
        {
            return Owner.OnTopic(Pipe, false, command.Data);
        }
        if (command.Is("ERROR"u8))
        {
            return OnError(command);
        }
        return command.Is("READY"u8) ? "protocol error: READY after the handshake" : null;
    }

    public void BeginTopics() => _tellsTopics = true;

    /// <summary>Tells a publisher what is wanted here, in the words of its version.</summary>
    public void SendTopic(bool subscribe, ReadOnlySpan<byte> topic)
    {
        if (_tellsTopics)
        {
            Pipe.SendCommand(Command.Topic(subscribe, topic, _peerMinor), isHeartbeat: false);
        }
    }

    private string? OnPing(in Command ping)
    {
        if (!ping.TryReadPing(out _ttlMs, out var context))
        {
            return "protocol error: a PING of a wrong length";
        }
        Pipe.SendCommand(Command.Pong(context), isHeartbeat: true);
        return null;
    }

    private string OnError(in Command error)
    {
        if (!error.TryReadError(out string reason))
        {
            return "protocol error: a malformed ERROR";
        }
        IsUnwanted = true;
        return $"the peer reported an error: {reason}";
    }
}
