using SocketLab.ZeroMq.Tests.Zmtp;

namespace SocketLab.ZeroMq.Tests.Hostile;

/// <summary>
/// Golden streams with something wrong in them. Everything comes of the seed: a case that fails can be made again from the number in
/// the failure. The normal run takes a few thousand cases; SOCKETLAB_FUZZ_CASES=1000000 takes that many (the nightly mode).
/// </summary>
internal static class Mutator
{
    public static readonly (string Name, byte[] Bytes)[] Streams = [.. Golden.Streams()];

    /// <summary>How many cases to try: what the environment says, else the number for a normal run.</summary>
    public static int Cases(int normal, int nightlyShare = 1) =>
        int.TryParse(Environment.GetEnvironmentVariable("SOCKETLAB_FUZZ_CASES"), out int cases) ? Math.Max(normal, cases / nightlyShare) : normal;

    public static byte[] Make(int seed, out string from)
    {
        var random = new Random(seed);
        var (name, golden) = Streams[random.Next(Streams.Length)];
        from = name;
        List<byte> bytes = [.. golden];
        for (int changes = 1 + random.Next(4); changes > 0 && bytes.Count > 0; changes--)
        {
            // Half of them behind the greeting, of which most octets mean nothing.
            int at = bytes.Count > 70 && random.Next(4) > 0 ? 64 + random.Next(bytes.Count - 64) : random.Next(bytes.Count);
            switch (random.Next(8))
            {
                case 0 or 1 or 2: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 3: bytes[at] = (byte)random.Next(256); break;
                case 4: bytes.RemoveRange(at, Math.Min(1 + random.Next(9), bytes.Count - at)); break;
                case 5: bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), 1 + random.Next(9))); break;
                case 6: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(80), bytes.Count - at))); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }
        return [.. bytes];
    }

    /// <summary>Cuts of a stream into pieces, of which the first are often the handshake.</summary>
    public static byte[][] Cut(byte[] bytes, int seed)
    {
        var random = new Random(~seed);
        int[] cuts = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(bytes.Length + 1)).Order()];
        List<byte[]> pieces = [];
        int at = 0;
        foreach (int cut in cuts)
        {
            pieces.Add(bytes[at..cut]);
            at = cut;
        }
        pieces.Add(bytes[at..]);
        return [.. pieces];
    }
}
