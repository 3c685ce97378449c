namespace SocketLab.ZeroMq.Internal;

/// <summary>For the journal: the frames of a flight, reported as it is handed to the system.</summary>
internal sealed partial class StreamPipe
{
    private long _observedMessages;
    private int _observedFrame;

    private void ObserveFlight(Connection connection)
    {
        var before = _observedMessages;
        for (var frame = new FrameWalk(_flight); frame.MoveNext();)
        {
            connection.Report(new ZmqEvent
            {
                Kind = frame.IsCommand ? ZmqEventKind.CommandSent : ZmqEventKind.FrameSent,
                WireFlags = frame.Flags,
                Bytes = frame.Body,
                MessageIndex = _observedMessages,
                FrameIndex = frame.IsCommand ? 0 : _observedFrame,
                // What is in the flight counts as queued until the system has taken it.
                Count = frame.IsCommand ? 0 : Math.Max(0, QueuedMessages - (_observedMessages - before) - 1),
            });
            if (!frame.IsCommand)
            {
                _observedFrame = frame.HasMore ? _observedFrame + 1 : 0;
                _observedMessages += frame.HasMore ? 0 : 1;
            }
        }
    }
}
