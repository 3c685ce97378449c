namespace SocketLab.ZeroMq.Zmtp;

/// <summary>Socket types as READY names them, and which of them talk to each other (RFC 28 to 31; RFC 37, "Socket Type Property").</summary>
internal static class SocketTypes
{
    private static readonly string[] Names =
        ["PAIR", "PUB", "SUB", "REQ", "REP", "DEALER", "ROUTER", "PULL", "PUSH", "XPUB", "XSUB"];

    public static string Name(ZmqSocketType type) => Names[(int)type];

    /// <summary>Names are compared octet by octet.</summary>
    public static bool TryParse(ReadOnlySpan<byte> name, out ZmqSocketType type)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (System.Text.Ascii.Equals(name, Names[i]))
            {
                type = (ZmqSocketType)i;
                return true;
            }
        }
        type = default;
        return false;
    }

    /// <summary>These may be talked to by name, and so they tell theirs, even when it is empty (libzmq does likewise).</summary>
    public static bool GivesIdentity(ZmqSocketType type) => type is ZmqSocketType.Req or ZmqSocketType.Dealer or ZmqSocketType.Router;

    public static bool Fit(ZmqSocketType a, ZmqSocketType b) => a switch
    {
        ZmqSocketType.Req => b is ZmqSocketType.Rep or ZmqSocketType.Router,
        ZmqSocketType.Rep => b is ZmqSocketType.Req or ZmqSocketType.Dealer,
        ZmqSocketType.Dealer => b is ZmqSocketType.Rep or ZmqSocketType.Dealer or ZmqSocketType.Router,
        ZmqSocketType.Router => b is ZmqSocketType.Req or ZmqSocketType.Dealer or ZmqSocketType.Router,
        ZmqSocketType.Pub or ZmqSocketType.Xpub => b is ZmqSocketType.Sub or ZmqSocketType.Xsub,
        ZmqSocketType.Sub or ZmqSocketType.Xsub => b is ZmqSocketType.Pub or ZmqSocketType.Xpub,
        ZmqSocketType.Push => b is ZmqSocketType.Pull,
        ZmqSocketType.Pull => b is ZmqSocketType.Push,
        ZmqSocketType.Pair => b is ZmqSocketType.Pair,
        _ => false,
    };
}
