namespace SocketLab.ZeroMq.Internal;

/// <summary>Sending to one peer after the other, passing over those whose queues are full.</summary>
internal struct RoundRobin
{
    private int _next;

    public bool TrySend(Pipe[] pipes, Span<Msg> message, out Pipe? to)
    {
        for (int tried = 0; tried < pipes.Length; tried++)
        {
            if (_next >= pipes.Length)
            {
                _next = 0;
            }
            var pipe = pipes[_next++];
            if (pipe.TryWrite(message))
            {
                to = pipe;
                return true;
            }
        }
        to = null;
        return false;
    }

    public static bool AnyCanWrite(Pipe[] pipes)
    {
        foreach (var pipe in pipes)
        {
            if (pipe.CanWrite())
            {
                return true;
            }
        }
        return false;
    }
}
