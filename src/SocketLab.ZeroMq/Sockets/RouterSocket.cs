using System.Buffers.Binary;
using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq.Sockets;

/// <summary>
/// ROUTER (RFC 28): puts the sender's routing id before each message, and sends a message to the peer that its first frame names. The id
/// is the peer's Identity, or one that is made up here; it proves nothing about who the peer is.
/// </summary>
public class RouterSocket : ZmqSocket
{
    private readonly Dictionary<byte[], Pipe> _byId = new(BytesComparer.Instance);
    private readonly Lock _idsLock = new();
    private uint _nextId = (uint)Random.Shared.Next();

    /// <summary>A ROUTER socket; <paramref name="connectionString"/> binds unless its addresses say <c>&gt;</c>.</summary>
    public RouterSocket(string? connectionString = null) : base(ZmqSocketType.Router) => Open(connectionString, Attach);

    internal override bool Admit(Pipe pipe)
    {
        lock (_idsLock)
        {
            if (pipe.PeerIdentity.Length == 0)
            {
                byte[] made = new byte[5];
                BinaryPrimitives.WriteUInt32BigEndian(made.AsSpan(1), _nextId++);
                pipe.RoutingId = made;
                _byId[made] = pipe;
                return true;
            }
            pipe.RoutingId = pipe.PeerIdentity;
            pipe.IsMuted = false;
            if (!_byId.TryGetValue(pipe.RoutingId, out var old))
            {
                _byId[pipe.RoutingId] = pipe;
                return true;
            }
            if (!Options.RouterHandover)
            {
                pipe.IsMuted = true;
                return true;
            }
            _byId[pipe.RoutingId] = pipe;
            if (old is not StreamPipe stream)
            {
                old.IsMuted = true;
            }
            else
            {
                stream.Connection?.Fail("another peer took over its identity");
            }
            return true;
        }
    }

    internal override void OnGone(Pipe pipe)
    {
        lock (_idsLock)
        {
            if (_byId.TryGetValue(pipe.RoutingId, out var named) && named == pipe)
            {
                _byId.Remove(pipe.RoutingId);
            }
        }
    }

    private protected override bool CanSendNow() => true;

    /// <summary>As in libzmq, mandatory means that the routing id itself is refused, and not the end of the message.</summary>
    private protected override void CheckFirst(ReadOnlySpan<byte> frame)
    {
        if (Options.RouterMandatory && (PeerOf(frame) is not { } peer || peer.IsGone))
        {
            throw Unreachable(frame);
        }
    }

    private Pipe? PeerOf(ReadOnlySpan<byte> id)
    {
        lock (_idsLock)
        {
            return _byId.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(id, out var peer) ? peer : null;
        }
    }

    private static HostUnreachableException Unreachable(ReadOnlySpan<byte> id) => new($"no peer has the routing id {Convert.ToHexString(id)}");

    private protected override bool TrySendNow(Span<Msg> message)
    {
        var to = PeerOf(message[0].Span);
        if (message.Length < 2)
        {
            // A proxy may be made to do so by a peer at its other side: it must not cost more than the message.
            DropAddressed("a ROUTER needs a frame after the routing id");
        }
        else if (to is null || to.IsGone)
        {
            if (Options.RouterMandatory)
            {
                throw Unreachable(message[0].Span);
            }
            DropAddressed("no peer has this routing id");
        }
        else if (to.TryWrite(message[1..]))
        {
            message[0].Consume();
            return true;
        }
        else if (Options.RouterMandatory)
        {
            return false;
        }
        else
        {
            Drop(to, ZmqDropKind.QueueFull, "the queue to this peer is full");
        }
        message.ConsumeAll();
        return true;
    }

    private protected override bool TryTake(ref Msg msg)
    {
        if (ReadingPipe is not null)
        {
            return FairTake(ref msg);
        }
        if (NextMessage() is not { } pipe)
        {
            return false;
        }
        msg.InitGC(pipe.RoutingId, pipe.RoutingId.Length);
        msg.SetFlags(MsgFlags.Identity | MsgFlags.More);
        ReadingPipe = pipe;
        return true;
    }
}
