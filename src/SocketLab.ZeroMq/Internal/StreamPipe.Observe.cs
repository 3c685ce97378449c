namespace SocketLab.ZeroMq.Internal;

/// <summary>For the journal: the frames of a flight, reported as it is handed to the system.</summary>
internal sealed partial class StreamPipe
{
    private long _observedMessages;
    private int _observedFrame;

    private void ObserveFlight(Connection connection)
    {
        for (var frame = new FrameWalk(_flight); frame.MoveNext();)
        {
            connection.Report(new ZmqEvent
            {
                Kind = frame.IsCommand ? ZmqEventKind.CommandSent : ZmqEventKind.FrameSent,
                WireFlags = frame.Flags,
                Bytes = frame.Body,
                MessageIndex = _observedMessages,
                FrameIndex = frame.IsCommand ? 0 : _observedFrame,
            });
            if (!frame.IsCommand)
            {
                _observedFrame = frame.HasMore ? _observedFrame + 1 : 0;
                _observedMessages += frame.HasMore ? 0 : 1;
            }
        }
    }
}
