using System.Buffers.Binary;
using SocketLab.ZeroMq.Sockets;
using SocketLab.ZeroMq.Tests.Sockets;

namespace SocketLab.ZeroMq.Tests.Delivery;

/// <summary>Messages that say who sent them and which one they are, so that a lost, doubled or misplaced one is found out.</summary>
internal static class Numbered
{
    /// <summary>How many in all: SOCKETLAB_DELIVERY_MESSAGES (say 10000000, by night), else the few of a normal run.</summary>
    public static int Count(int normally) =>
        int.TryParse(Environment.GetEnvironmentVariable("SOCKETLAB_DELIVERY_MESSAGES"), out int wanted) ? wanted : normally;

    public static void Send(ZmqSocket socket, int sender, int first, int count, int size = 16)
    {
        for (int i = first; i < first + count; i++)
        {
            var msg = default(Msg);
            msg.InitPool(size);
            BinaryPrimitives.WriteInt64LittleEndian(msg.Slice(), ((long)sender << 56) | (uint)i);
            socket.Send(ref msg, false);
        }
    }

    /// <summary>One receiver's books.</summary>
    public sealed class Book(int senders, int most)
    {
        private readonly int[] _last = [.. Enumerable.Repeat(-1, senders)];
        private readonly System.Collections.BitArray[] _seen = [.. Enumerable.Range(0, senders).Select(_ => new System.Collections.BitArray(most))];
        private string? _wrong;

        public long Count { get; private set; }

        /// <summary>Receives until told that nothing more will come.</summary>
        public void Receive(PullSocket pull, Func<bool> isOver)
        {
            var msg = default(Msg);
            while (true)
            {
                if (pull.TryReceive(ref msg, TimeSpan.FromMilliseconds(50)))
                {
                    Enter(BinaryPrimitives.ReadInt64LittleEndian(msg.Slice()));
                }
                else if (isOver())
                {
                    return;
                }
            }
        }

        public void Enter(long stamp)
        {
            int sender = (int)((ulong)stamp >> 56), number = (int)stamp;
            if (number <= _last[sender])
            {
                _wrong ??= $"sender {sender}: {number} came after {_last[sender]}{(_seen[sender][number] ? ", for the second time" : "")}";
            }
            _last[sender] = number;
            _seen[sender][number] = true;
            Count++;
        }

        /// <summary>Nothing came twice or out of order to any, and all together have everything.</summary>
        public static void AssertComplete(IReadOnlyCollection<Book> books, int each)
        {
            AssertNoneDoubled(books);
            Assert.Equal(each * (long)books.First()._seen.Length, books.Sum(b => b.Count));
        }

        public static void AssertNoneDoubled(IReadOnlyCollection<Book> books)
        {
            Assert.All(books, b => Assert.Null(b._wrong));
            for (int sender = 0; sender < books.First()._seen.Length; sender++)
            {
                int inAll = 0, either = 0;
                var union = new System.Collections.BitArray(books.First()._seen[sender].Length);
                foreach (var book in books)
                {
                    inAll += Ones(book._seen[sender]);
                    union.Or(book._seen[sender]);
                }
                either = Ones(union);
                Assert.Equal(inAll, either);
            }
        }

        private static int Ones(System.Collections.BitArray bits)
        {
            int[] words = new int[(bits.Length + 31) / 32];
            bits.CopyTo(words, 0);
            return words.Sum(w => System.Numerics.BitOperations.PopCount((uint)w));
        }
    }
}
