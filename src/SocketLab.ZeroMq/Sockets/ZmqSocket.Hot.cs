using SocketLab.ZeroMq.Internal;

namespace SocketLab.ZeroMq;

public abstract partial class ZmqSocket
{
    /// <summary>
    /// What each call looks at, side by side: of a program that serves many sockets in turn, little else of them has to be in the core's cache.
    /// </summary>
    private struct Hot
    {
        public CallGuard Guard;

        /// <summary>The peer whose turn it stays, as long as no other has anything to be received.</summary>
        public StreamPipe? Only;

        public int Disposed;

        /// <summary>Not 0: a pipe waits to be taken into the rotation.</summary>
        public int HasReady;

        /// <summary>A frame was taken for a poll, and the program has not received it yet.</summary>
        public bool HasFetched;

        /// <summary>The program's thread reads the connections, and not the reactor.</summary>
        public volatile bool IsLent;

        public volatile bool HasSeveralConnections;
    }
}
