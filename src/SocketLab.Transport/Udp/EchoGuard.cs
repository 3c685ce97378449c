using System.Runtime.InteropServices;

namespace SocketLab.Transport.Udp;

/// <summary>What the guard says of a datagram.</summary>
internal enum Verdict
{
    Answer,
    PrivilegedPort,
    OwnPort,
    TooFast,
    Loop,
}

/// <summary>
/// Keeps an open echo service from being used against others (CERT advisory CA-1996-01 tells the story of echo and chargen):
/// it does not answer ports below 1024, where such services live, nor its own port number; it limits the rate a source; and it
/// ends an echo loop. A loop is one datagram that two servers return to each other for ever: leaving out one reply ends it. A
/// datagram counts as a loop's when the same source has sent the same bytes 10,000 times in a row; a source that goes on all the
/// same was no loop and is not asked again.
/// </summary>
internal sealed class EchoGuard(int ownPort, int ratePerSource)
{
    private const int RepeatsOfALoop = 10_000;
    private const int MostSources = 8192;
    private const int PrivilegedPorts = 1024;

    private readonly Dictionary<Key, Source> _sources = [];
    private Key _lastKey;
    private Source? _last;

    /// <param name="from">The sender as the kernel gives it: struct sockaddr_in or sockaddr_in6.</param>
    /// <param name="payload">What it sent.</param>
    public Verdict Judge(ReadOnlySpan<byte> from, ReadOnlySpan<byte> payload)
    {
        var port = PortOf(from);
        if (port < PrivilegedPorts)
        {
            return Verdict.PrivilegedPort;
        }
        if (port == ownPort)
        {
            return Verdict.OwnPort;
        }
        var source = Find(from);
        return IsTooFast(source) ? Verdict.TooFast : IsLoop(source, payload) ? Verdict.Loop : Verdict.Answer;
    }

    public static string Words(Verdict verdict) => verdict switch
    {
        Verdict.PrivilegedPort => "not answered: a source port below 1024 is another service's, not a client's",
        Verdict.OwnPort => "not answered: it comes from our own port number, so from another echo server",
        Verdict.TooFast => "not answered: too many datagrams a second from this source",
        Verdict.Loop => "not answered: the same datagram 10,000 times in a row is an echo loop; leaving one reply out ends it",
        _ => "",
    };

    private bool IsTooFast(Source source)
    {
        if (ratePerSource == 0)
        {
            return false;
        }
        var now = Environment.TickCount64;
        if (now - source.WindowStartMs >= 1000)
        {
            (source.WindowStartMs, source.InWindow) = (now, 0);
        }
        return ++source.InWindow > ratePerSource;
    }

    private static bool IsLoop(Source source, ReadOnlySpan<byte> payload)
    {
        var print = Fingerprint(payload);
        if (print != source.LastPrint)
        {
            (source.LastPrint, source.Repeats) = (print, 0);
            return false;
        }
        if (++source.Repeats != RepeatsOfALoop || source.IsClient)
        {
            return false;
        }
        source.IsClient = true; // if anything more comes from there, somebody sends of their own accord
        return true;
    }

    // A few samples tell apart what a client numbers; a loop's datagram is the same in all of them.
    private static ulong Fingerprint(ReadOnlySpan<byte> payload)
    {
        var print = (ulong)payload.Length * 0x9E3779B97F4A7C15;
        if (payload.Length < 8)
        {
            foreach (var b in payload)
            {
                print = (print ^ b) * 0x100000001B3;
            }
            return print;
        }
        print = (print ^ MemoryMarshal.Read<ulong>(payload)) * 0x100000001B3;
        print = (print ^ MemoryMarshal.Read<ulong>(payload[((payload.Length - 8) / 2)..])) * 0x100000001B3;
        return (print ^ MemoryMarshal.Read<ulong>(payload[^8..])) * 0x100000001B3;
    }

    private Source Find(ReadOnlySpan<byte> from)
    {
        var key = Key.Of(from);
        if (_last is not null && key == _lastKey)
        {
            return _last;
        }
        if (!_sources.TryGetValue(key, out var source))
        {
            if (_sources.Count >= MostSources)
            {
                _sources.Clear(); // spoofed sources must not cost memory; the honest ones start a new second
            }
            _sources.Add(key, source = new Source { WindowStartMs = Environment.TickCount64 });
        }
        (_lastKey, _last) = (key, source);
        return source;
    }

    // sockaddr_in and sockaddr_in6 alike: family(2) · port(2, big-endian) · …
    private static int PortOf(ReadOnlySpan<byte> from) => (from[2] << 8) | from[3];

    private sealed class Source
    {
        public long WindowStartMs;
        public int InWindow;
        public ulong LastPrint;
        public int Repeats;
        public bool IsClient;
    }

    private readonly record struct Key(ulong A, ulong B, ulong C)
    {
        // The zeros that end a sockaddr_in, and the scope that ends a sockaddr_in6, tell nobody apart.
        public static Key Of(ReadOnlySpan<byte> address) => address.Length < 24
            ? new Key(MemoryMarshal.Read<ulong>(address), 0, 0)
            : new Key(MemoryMarshal.Read<ulong>(address), MemoryMarshal.Read<ulong>(address[8..]), MemoryMarshal.Read<ulong>(address[16..]));
    }
}
