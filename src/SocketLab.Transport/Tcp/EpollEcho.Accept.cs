using System.Net;
using System.Net.Sockets;
using SocketLab.Transport.Linux;

namespace SocketLab.Transport.Tcp;

/// <summary>Taking connections in, within the limits; and waiting a little where the system has no room for one more.</summary>
internal sealed partial class EpollEcho
{
    private void Accept()
    {
        Socket socket;
        try
        {
            socket = _listener.Accept();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.TooManyOpenSockets)
        {
            PauseAccepting();
            return;
        }
        catch (SocketException)
        {
            return; // gave up while it was queued, or another event took it
        }
        try
        {
            var address = ((IPEndPoint)socket.RemoteEndPoint!).Address;
            socket.NoDelay = _options.NoDelay;
            if (!_table.TryEnter(address, out _))
            {
                socket.Close(0);
                return;
            }
            Enter(new Peer(socket, address));
            if (Descriptors.AreShort(socket))
            {
                PauseAccepting();
            }
        }
        catch (SocketException)
        {
            socket.Dispose(); // reset before we could ask for its address: nobody is there any more
        }
    }

    private void Enter(Peer peer)
    {
        if (_free.Count == 0)
        {
            _peers.Add(null);
            _free.Push(_peers.Count - 1);
        }
        var slot = _free.Pop();
        _peers[slot] = peer;
        try
        {
            _epoll.Add(peer.Descriptor, Epoll.In, (ulong)slot);
        }
        catch (SocketException)
        {
            Close(peer, slot); // the kernel has no room to watch one more (ENOSPC, ENOMEM): this one ends, the others go on
        }
    }

    // Out of descriptors: asking again at once would spin. The clients wait in the kernel's queue meanwhile.
    private void PauseAccepting()
    {
        _full = true;
        _acceptAgainAtMs = Environment.TickCount64 + RetryAcceptMs;
        _epoll.Remove((int)_listener.Handle);
    }

    private void AcceptAgain()
    {
        if (Descriptors.AreShort())
        {
            _acceptAgainAtMs = Environment.TickCount64 + RetryAcceptMs;
            return;
        }
        _full = false;
        _epoll.Add((int)_listener.Handle, Epoll.In, ListenerKey);
    }
}
