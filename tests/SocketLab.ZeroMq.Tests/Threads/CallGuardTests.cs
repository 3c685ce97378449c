using SocketLab.ZeroMq.Internal;
using SocketLab.ZeroMq.Tests.Sockets;

namespace SocketLab.ZeroMq.Tests.Threads;

/// <summary>The guard lets its first thread in without an exchange, and still never two at once, not even while another takes that away.</summary>
public class CallGuardTests
{
    private sealed class Guarded
    {
        public CallGuard Guard;
        public int Inside, Turns;
        public volatile bool IsTaken;

        /// <summary>Goes in and out; true when it was let in.</summary>
        public bool Visit(ref int met)
        {
            if (!Guard.TryEnter(settles: true))
            {
                return false;
            }
            Inside++;
            Turns++;
            if (Volatile.Read(ref Inside) != 1)
            {
                Interlocked.Increment(ref met);
            }
            Inside--;
            Guard.Leave();
            return true;
        }
    }

    [Fact]
    public void No_two_are_inside_at_once_while_a_home_is_taken_away()
    {
        var guards = Enumerable.Range(0, 20_000).Select(_ => new Guarded()).ToArray();
        int at = -1, met = 0;
        var other = new Thread(() =>
        {
            var random = new Random(1);
            for (int i = 0; i < guards.Length; i++)
            {
                var spinner = default(SpinWait);
                while (Volatile.Read(ref at) < i)
                {
                    spinner.SpinOnce(sleep1Threshold: -1);
                }
                Thread.SpinWait(random.Next(20));
                while (!guards[i].Visit(ref met))
                {
                    Thread.Yield();
                }
                guards[i].IsTaken = true;
            }
        });
        other.Start();
        for (int i = 0; i < guards.Length; i++)
        {
            Assert.True(guards[i].Visit(ref met));
            int mine = 1;
            Volatile.Write(ref at, i);
            while (!guards[i].IsTaken)
            {
                mine += guards[i].Visit(ref met) ? 1 : 0;
            }
            Assert.Equal(mine + 1, guards[i].Turns);
        }
        Assert.True(other.Join(Endpoints.Deadline));
        Assert.Equal(0, met);
    }

    [Fact]
    public void A_call_within_a_call_is_refused_and_leaves_the_home_where_it_is()
    {
        var guard = default(CallGuard);
        Assert.True(guard.TryEnter(settles: true));
        Assert.False(guard.TryEnter(settles: true));
        guard.Leave();
        Assert.True(guard.TryEnter(settles: true));
        Assert.False(guard.TryEnter(settles: true));
        Assert.Same(Thread.CurrentThread, guard.Holder);
        Assert.True(guard.IsTaken());
        guard.Leave();
        Assert.False(guard.IsTaken());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whoever_was_refused_gets_in_when_the_other_has_left_and_so_by_turns(bool settles)
    {
        var shared = new Guarded();
        for (int visit = 0; visit < 3; visit++)
        {
            Assert.True(shared.Guard.TryEnter(settles));
            Assert.Equal((false, true), Elsewhere(() => (shared.Guard.TryEnter(settles), shared.Guard.IsTaken())));
            Assert.Same(Thread.CurrentThread, shared.Guard.Holder);
            shared.Guard.Leave();
            Assert.True(Elsewhere(() =>
            {
                bool entered = shared.Guard.TryEnter(settles);
                shared.Guard.Leave();
                return entered;
            }));
            Assert.False(shared.Guard.IsTaken());
        }
    }

    private static T Elsewhere<T>(Func<T> look)
    {
        T seen = default!;
        var thread = new Thread(() => seen = look());
        thread.Start();
        Assert.True(thread.Join(Endpoints.Deadline));
        return seen;
    }
}
