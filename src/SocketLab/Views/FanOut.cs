using System.Text;
using SocketLab.Transport.Trace;

namespace SocketLab.Views;

/// <summary>
/// A publisher sends each message to every subscriber: before a class of thirty that would be thirty lines that differ in a number.
/// A message's first few are shown, the others counted.
/// </summary>
internal sealed class FanOut
{
    private const int LinesAMessage = 3;
    private const int MessagesKept = 1000;
    private readonly Dictionary<string, int> _shown = [];

    /// <summary>Whether the event is one more of a message that was shown often enough.</summary>
    public bool IsOneMore(TraceEvent e)
    {
        if (e.Kind != TraceKind.Send || e.Role is not ("pubsub server" or "pubsub proxy"))
        {
            return false;
        }
        if (_shown.Count >= MessagesKept)
        {
            _shown.Clear();
        }
        var message = Encoding.Latin1.GetString(e.Payload.Span);
        return (_shown[message] = _shown.GetValueOrDefault(message) + 1) > LinesAMessage;
    }
}
