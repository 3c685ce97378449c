using System.Runtime.CompilerServices;

namespace SocketLab.ZeroMq.Internal;

/// <summary>
/// Sees to it that one thread at a time is in a socket. The first thread that sends or receives is at home: it comes and goes with plain stores,
/// where an exchange would cost a tenth of what a short message costs. When another comes, all processors are made to see each other's
/// stores, once, and from then on everybody enters by an exchange (biased locking; membarrier(2)).
/// </summary>
internal struct CallGuard
{
    private const int Nobody = 0, Everybody = -1;
    // Who enters by plain stores, and whether that thread is inside.
    private int _home;
    private bool _homeInside;
    // Who is inside by an exchange.
    private int _inside;

    /// <summary>The thread that is inside, or was last: as long as one is at home, nobody else has come in.</summary>
    public Thread? Holder { get; private set; }

    /// <summary>Enters; false when a thread is inside already, be it the same one.</summary>
    /// <param name="settles">Whether the thread will come often: the first such one is at home.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnter(bool settles)
    {
        int me = Environment.CurrentManagedThreadId;
        if (_home == me && !_homeInside)
        {
            Volatile.Write(ref _homeInside, true);
            // Whoever takes this home away looks for the mark afterwards: one of the two sees the other.
            if (Volatile.Read(ref _home) == me)
            {
                return true;
            }
            Volatile.Write(ref _homeInside, false);
        }
        return TryExchange(me, settles);
    }

    /// <summary>Leaves, on the thread that entered.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Leave()
    {
        if (_inside == Nobody)
        {
            Volatile.Write(ref _homeInside, false);
        }
        else
        {
            LeaveOwn();
        }
    }

    /// <summary>For a thread that has made a change which every call looks at after it entered: whether one is inside that may not have seen it.</summary>
    public bool IsTaken()
    {
        int home = Volatile.Read(ref _home);
        if (home > Nobody && home != Environment.CurrentManagedThreadId)
        {
            Interlocked.MemoryBarrierProcessWide();
        }
        return Volatile.Read(ref _homeInside) || Volatile.Read(ref _inside) != Nobody;
    }

    private bool TryExchange(int me, bool settles)
    {
        // At home and inside already: a call from within a call.
        if (_home == me || Interlocked.CompareExchange(ref _inside, me, Nobody) != Nobody)
        {
            return false;
        }
        if (_home > Nobody)
        {
            Volatile.Write(ref _home, Everybody);
            Interlocked.MemoryBarrierProcessWide();
        }
        if (Volatile.Read(ref _homeInside))
        {
            Volatile.Write(ref _inside, Nobody);
            return false;
        }
        Holder = Thread.CurrentThread;
        if (_home == Nobody && settles)
        {
            _homeInside = true;
            Volatile.Write(ref _home, me);
            Volatile.Write(ref _inside, Nobody);
        }
        return true;
    }

    /// <summary>The mark of another may be there for a moment, who looked in and found the socket taken.</summary>
    private void LeaveOwn()
    {
        if (_inside == Environment.CurrentManagedThreadId)
        {
            Volatile.Write(ref _inside, Nobody);
        }
        else
        {
            Volatile.Write(ref _homeInside, false);
        }
    }
}
