using System.Text;

namespace SocketLab.ZeroMq;

/// <summary>Defaults of the sending and receiving methods.</summary>
public static class SendReceiveConstants
{
    /// <summary>The encoding of strings: UTF-8 (NetMQ: ASCII, of which it is the superset).</summary>
    public static readonly Encoding DefaultEncoding = new UTF8Encoding(false);

    /// <summary>Wait for ever: any negative time-out does.</summary>
    public static readonly TimeSpan InfiniteTimeout = TimeSpan.FromMilliseconds(-1);
}
