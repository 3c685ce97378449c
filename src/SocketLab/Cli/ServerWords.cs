using System.Net;

namespace SocketLab.Cli;

/// <summary>What every server says at its start and end.</summary>
internal static class ServerWords
{
    /// <summary>On a wildcard address: the addresses for the class, and the limits in force.</summary>
    public static void GiveOut(LabSession session, IPEndPoint bound, string limits)
    {
        var addresses = EndPoints.ToGiveOut(bound).Select(one => one.ToString()).ToArray();
        if (addresses.Length > 0)
        {
            session.Note($"reachable from other machines at {string.Join(", ", addresses)}");
            session.Note(limits);
        }
    }

    public static string Many(long count, string noun) => $"{count:N0} {noun}{(count == 1 ? "" : "s")}";
}
