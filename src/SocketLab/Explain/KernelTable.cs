using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketLab.Cli;
using SocketLab.Transport.Trace;

namespace SocketLab.Explain;

/// <summary>One socket as the kernel lists it.</summary>
/// <param name="State">In the names of ss(8).</param>
/// <param name="SendQueue">Bytes that the peer has not acknowledged yet.</param>
/// <param name="ReceiveQueue">Bytes that nobody has read yet; of a listener: connections that wait for accept.</param>
/// <param name="Drops">UDP: datagrams thrown away since the buffer was full.</param>
internal sealed record KernelSocket(string State, long SendQueue, long ReceiveQueue, long Drops);

/// <summary>The kernel's list of sockets: /proc/net/tcp, tcp6, udp, udp6 (proc(5)); Linux only.</summary>
internal static class KernelTable
{
    private static readonly string[] States =
        ["?", "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSED", "CLOSE-WAIT", "LAST-ACK", "LISTEN", "CLOSING"];

    public static bool IsThere { get; } = File.Exists("/proc/net/tcp");

    /// <summary>What the kernel says about the event's socket at this moment, in words; null: it is no socket of the kernel's.</summary>
    public static string? Describe(TraceEvent e, string? inferred)
    {
        if (e.Kind is TraceKind.Note or TraceKind.Gap)
        {
            return null;
        }
        var layer = Layers.Of(e);
        if (!IsThere || Parse(e.Local) is not { } local)
        {
            return inferred is null ? null : inferred + " (inferred)";
        }
        var udp = layer == Layer.Udp;
        if (Find(udp, local, Parse(e.Peer)) is not { } socket)
        {
            return e.Kind switch
            {
                TraceKind.Bind => "bound; a TCP socket is not in the kernel's table before listen or connect",
                TraceKind.Close or TraceKind.Reset => "gone from the kernel's table",
                _ => inferred is null ? "not in the kernel's table any more" : inferred + " (inferred: not in the kernel's table any more)",
            };
        }
        return socket.State == "LISTEN"
            ? string.Create(CultureInfo.InvariantCulture, $"LISTEN, {socket.ReceiveQueue:N0} waiting for accept")
            : udp ? $"{socket.State}, {Buffered(socket.ReceiveQueue)}" + (socket.Drops > 0 ? string.Create(CultureInfo.InvariantCulture, $", {socket.Drops:N0} dropped") : "")
            : $"{socket.State}, receive queue {Sizes.Text(socket.ReceiveQueue)}, send queue {Sizes.Text(socket.SendQueue)}"
                + (socket.State is "FIN-WAIT-1" or "LAST-ACK" or "CLOSING" && socket.SendQueue == 1 ? " (the FIN)" : "");
    }

    // The kernel counts memory here, headers and all, not payload.
    private static string Buffered(long memory) => memory == 0 ? "nothing unread" : $"unread datagrams take {Sizes.Text(memory)} of its buffer";

    /// <summary>Looks a socket up by its tuple; a socket without a peer of its own (a listener, most of UDP) by its local end alone.</summary>
    public static KernelSocket? Find(bool udp, IPEndPoint local, IPEndPoint? peer)
    {
        var file = $"/proc/net/{(udp ? "udp" : "tcp")}{(local.AddressFamily == AddressFamily.InterNetworkV6 ? "6" : "")}";
        var (here, there) = (Hex(local), peer is null ? null : Hex(peer));
        KernelSocket? unconnected = null;
        foreach (var line in Lines(file))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 10 || fields[1] != here)
            {
                continue;
            }
            var connected = fields[2] == there;
            if (connected || fields[2].EndsWith(":0000", StringComparison.Ordinal))
            {
                var found = Read(fields, udp);
                if (connected)
                {
                    return found;
                }
                unconnected = found;
            }
        }
        // A TCP event with a peer is about the connection, not about the listener on the same port.
        return udp || peer is null ? unconnected : null;
    }

    private static KernelSocket Read(string[] fields, bool udp)
    {
        var state = int.Parse(fields[3], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var queues = fields[4].Split(':');
        return new KernelSocket(
            udp && state == 7 ? "UNCONN" : state < States.Length ? States[state] : "?",
            long.Parse(queues[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            long.Parse(queues[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            udp && fields.Length > 12 && long.TryParse(fields[12], CultureInfo.InvariantCulture, out var drops) ? drops : 0);
    }

    private static List<string> Lines(string file)
    {
        try
        {
            return [.. File.ReadLines(file).Skip(1)];
        }
        catch (IOException)
        {
            return []; // no IPv6 in this kernel
        }
    }

    // Each 32-bit word of the address stands in the machine's byte order: 127.0.0.1:5677 is 0100007F:162D on x86 and ARM.
    private static string Hex(IPEndPoint at)
    {
        var bytes = at.Address.GetAddressBytes();
        if (BitConverter.IsLittleEndian)
        {
            for (var word = 0; word < bytes.Length; word += 4)
            {
                Array.Reverse(bytes, word, 4);
            }
        }
        return $"{Convert.ToHexString(bytes)}:{at.Port:X4}";
    }

    private static IPEndPoint? Parse(string? text)
    {
        var plain = text is not null && text.StartsWith("tcp://", StringComparison.Ordinal) ? text[6..] : text;
        return plain is not null && IPEndPoint.TryParse(plain, out var at) && at.Port > 0 ? at : null;
    }
}
