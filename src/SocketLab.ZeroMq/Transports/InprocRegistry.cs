using SocketLab.ZeroMq.Internal;
using SocketLab.ZeroMq.Zmtp;

namespace SocketLab.ZeroMq.Transports;

/// <summary>The names of inproc endpoints in this process. Connecting may come before binding: what is sent meanwhile is queued.</summary>
internal static class InprocRegistry
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, InprocEnd> Bound = [];
    private static readonly List<InprocEnd> Waiting = [];

    public static InprocEnd Bind(ZmqSocket owner, string name)
    {
        List<InprocEnd> waiting;
        var end = new InprocEnd(owner, name, isBound: true);
        lock (Gate)
        {
            if (!Bound.TryAdd(name, end))
            {
                throw new AddressAlreadyInUseException($"bind inproc://{name}: the name is taken");
            }
            waiting = Waiting.FindAll(w => w.Name == name);
            Waiting.RemoveAll(w => w.Name == name);
        }
        waiting.ForEach(w => Marry(w, end));
        return end;
    }

    public static InprocEnd Connect(ZmqSocket owner, string name)
    {
        var end = new InprocEnd(owner, name, isBound: false);
        InprocEnd? bound;
        lock (Gate)
        {
            if (!Bound.TryGetValue(name, out bound))
            {
                Waiting.Add(end);
            }
        }
        if (bound is not null && !SocketTypes.Fit(owner.SocketType, bound.Owner.SocketType))
        {
            throw new InvalidException($"connect inproc://{name}: {Mismatch(owner, bound.Owner)}");
        }
        if (!owner.Options.DelayAttachOnConnect && owner.SocketType != ZmqSocketType.Router)
        {
            owner.AddPipe(end.Pipe!);
        }
        if (bound is not null)
        {
            Marry(end, bound);
        }
        return end;
    }

    public static void Remove(InprocEnd end)
    {
        lock (Gate)
        {
            Waiting.Remove(end);
            if (end.IsBound && Bound.TryGetValue(end.Name, out var owner) && owner == end)
            {
                Bound.Remove(end.Name);
            }
        }
    }

    /// <summary>Makes the bound side's pipe and joins the two. The limit each way is both sides' together (0 on either: none).</summary>
    private static void Marry(InprocEnd from, InprocEnd to)
    {
        string name = $"inproc://{from.Name}";
        if (!SocketTypes.Fit(from.Owner.SocketType, to.Owner.SocketType))
        {
            from.Owner.Report(new ZmqEvent
            {
                Kind = ZmqEventKind.HandshakeFailed,
                Remote = name,
                Reason = Mismatch(from.Owner, to.Owner),
            });
            return;
        }
        var there = new InprocPipe(to.Owner, name, from.Forth, from.Back) { PeerIdentity = from.Owner.Options.Identity };
        var here = from.Pipe!;
        here.PeerIdentity = to.Owner.Options.Identity;
        from.Forth.Limit = Sum(from.Owner.Options.SendHighWatermark, to.Owner.Options.ReceiveHighWatermark);
        from.Back.Limit = Sum(to.Owner.Options.SendHighWatermark, from.Owner.Options.ReceiveHighWatermark);
        from.Forth.LimitBytes = Add(from.Owner.Options.SendHighWatermarkBytes, to.Owner.Options.ReceiveHighWatermarkBytes);
        from.Back.LimitBytes = Add(to.Owner.Options.SendHighWatermarkBytes, from.Owner.Options.ReceiveHighWatermarkBytes);
        there.Other = here;
        to.Peers.Add(there);
        to.Owner.AddPipe(there);
        if (!to.Owner.IsAttached(there))
        {
            return;
        }
        here.Join(there);
        from.Owner.AddPipe(here);
        to.Owner.Report(new ZmqEvent { Kind = ZmqEventKind.Accepted, ConnectionId = there.Id, Local = name, Remote = name });
        from.Owner.Report(new ZmqEvent { Kind = ZmqEventKind.Connected, ConnectionId = here.Id, Local = name, Remote = name });
        to.Owner.OnOnline(there);
        from.Owner.OnOnline(here);
        to.Owner.OnPipeWritable();
        from.Owner.OnPipeWritable();
    }

    private static string Mismatch(ZmqSocket a, ZmqSocket b) =>
        $"{SocketTypes.Name(a.SocketType)} does not talk to {SocketTypes.Name(b.SocketType)}";

    private static int Sum(int a, int b) => a == 0 || b == 0 ? 0 : a + b;

    private static long Add(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
}

/// <summary>A bound name, or one connection to a name.</summary>
internal sealed class InprocEnd
{
    public InprocEnd(ZmqSocket owner, string name, bool isBound)
    {
        Owner = owner;
        Name = name;
        IsBound = isBound;
        if (!isBound)
        {
            Forth.Limit = owner.Options.SendHighWatermark;
            Forth.LimitBytes = owner.Options.SendHighWatermarkBytes;
            Pipe = new InprocPipe(owner, $"inproc://{name}", Back, Forth);
        }
    }

    public ZmqSocket Owner { get; }

    public string Name { get; }

    public bool IsBound { get; }

    /// <summary>From the connecting side to the bound one.</summary>
    public MsgQueue Forth { get; } = new();

    public MsgQueue Back { get; } = new();

    public InprocPipe? Pipe { get; }

    /// <summary>The bound side's pipes.</summary>
    public List<InprocPipe> Peers { get; } = [];

    public void Close()
    {
        InprocRegistry.Remove(this);
        if (Pipe is not null)
        {
            Owner.Detach(Pipe);
        }
        foreach (var peer in Peers.ToArray())
        {
            Owner.Detach(peer);
        }
    }
}
