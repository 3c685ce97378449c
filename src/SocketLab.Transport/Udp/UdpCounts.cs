namespace SocketLab.Transport.Udp;

/// <summary>What a datagram server counts. One thread writes; others may read at any time.</summary>
internal sealed class UdpCounts
{
    public long Received;
    public long Sent;
    public long Ignored;
    public long Limited;
    public long Cut;

    public void NotAnswered(Verdict verdict)
    {
        if (verdict == Verdict.TooFast)
        {
            Limited++;
        }
        else
        {
            Ignored++;
        }
    }
}
