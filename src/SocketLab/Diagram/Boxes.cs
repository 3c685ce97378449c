namespace SocketLab.Diagram;

/// <summary>A text's place in the drawing, in pixels.</summary>
internal readonly record struct Box(double X, double Y, double Width, double Height);

/// <summary>What is taken already, so that a label can look for a free place. Sorted into bands, so that ten thousand are quick to ask.</summary>
internal sealed class Boxes
{
    private const int BandHeight = 64;
    private readonly Dictionary<int, List<Box>> _bands = [];

    public void Add(Box box)
    {
        for (var band = Band(box.Y); band <= Band(box.Y + box.Height); band++)
        {
            (_bands.GetValueOrDefault(band) ?? (_bands[band] = [])).Add(box);
        }
    }

    /// <summary>How much of it is covered already; what lies in two bands may count twice.</summary>
    public double Overlap(Box box)
    {
        var sum = 0.0;
        for (var band = Band(box.Y); band <= Band(box.Y + box.Height); band++)
        {
            foreach (var other in _bands.GetValueOrDefault(band) ?? [])
            {
                var wide = Math.Min(box.X + box.Width, other.X + other.Width) - Math.Max(box.X, other.X);
                var high = Math.Min(box.Y + box.Height, other.Y + other.Height) - Math.Max(box.Y, other.Y);
                sum += wide > 0 && high > 0 ? wide * high : 0;
            }
        }
        return sum;
    }

    private static int Band(double y) => (int)Math.Floor(y / BandHeight);
}
