using System.Collections.Concurrent;
using System.Text;
using SocketLab.ZeroMq;

namespace SocketLab.ZeroMq.Tests.Sockets;

/// <summary>Bytes of a peer that is not ours.</summary>
internal static class RawPeer
{
    public static byte[] Greeting { get; } =
        [0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1, .. "NULL"u8, .. new byte[48]];

    public static byte[] Ready(string type)
    {
        byte[] body =
            [5, .. "READY"u8, 11, .. "Socket-Type"u8, 0, 0, 0, (byte)type.Length, .. Encoding.ASCII.GetBytes(type)];
        return [4, (byte)body.Length, .. body];
    }
}

/// <summary>Waits for the next event of a kind (a command: of that name), and gives its reason.</summary>
internal sealed class Seen(ZmqEventKind kind, string? command = null) : IDisposable
{
    private readonly BlockingCollection<string> _reasons = [];

    public void On(in ZmqEvent e)
    {
        if (e.Kind == kind && (command is null || e.Bytes[1..].StartsWith(Encoding.ASCII.GetBytes(command))))
        {
            _reasons.Add(e.Reason ?? "");
        }
    }

    public bool IsSeen => _reasons.Count > 0;

    public string Wait()
    {
        Assert.True(_reasons.TryTake(out var reason, Endpoints.Deadline), $"no {kind}");
        return reason;
    }

    public void Dispose() => _reasons.Dispose();
}
