using System.Diagnostics;
using System.Globalization;
using SocketLab.ZeroMq;
using SocketLab.ZeroMq.Sockets;

namespace SocketLab.Benchmarks;

/// <summary>One role of a ZeroMQ measurement, in a process of its own; zmq/zmqbench.c has the same roles on libzmq. Each prints one line.</summary>
internal static class ZmqRoles
{
    public static int Run(string[] args)
    {
        string role = args[0], endpoint = args[1];
        int size = Number(args[2]), count = Number(args[3]), peers = args.Length > 4 ? Number(args[4]) : 1;
        switch (role)
        {
            case "pull": Pull(endpoint, count); break;
            case "push": Push(endpoint, size, count); break;
            case "rep": Rep(endpoint, count); break;
            case "req": Req(endpoint, size, count); break;
            case "pub": Pub(endpoint, size, count, peers); break;
            case "sub": Sub(endpoint, count, peers); break;
            case "inproc": Inproc(size, count); break;
            default: return 2;
        }
        return 0;
    }

    private static void Pull(string endpoint, int count)
    {
        using var pull = new PullSocket();
        pull.Bind(endpoint);
        Receive(pull, count);
    }

    // The first third warms up: connections, caches, the JIT compiler.
    private static void Receive(ZmqSocket socket, int count) => Receive([socket], count);

    private static void Receive(ZmqSocket[] sockets, int count)
    {
        var msg = default(Msg);
        int warm = count / 3;
        long allocated = 0, begin = 0;
        var cpu = TimeSpan.Zero;
        for (int i = 0; i < count; i++)
        {
            if (i == warm)
            {
                allocated = GC.GetTotalAllocatedBytes();
                cpu = Process.GetCurrentProcess().TotalProcessorTime;
                begin = Stopwatch.GetTimestamp();
            }
            foreach (var socket in sockets)
            {
                socket.Receive(ref msg);
            }
        }
        Print("received", (count - warm) * sockets.Length, msg.Size, Stopwatch.GetElapsedTime(begin), cpu, GC.GetTotalAllocatedBytes() - allocated);
        msg.Close();
    }

    private static void Push(string endpoint, int size, int count, bool handOver = false)
    {
        using var push = new PushSocket();
        push.Options.Linger = TimeSpan.FromSeconds(30);
        push.Connect(endpoint);
        if (!handOver)
        {
            Send(push, size, count);
            return;
        }
        var msg = default(Msg);
        for (int i = 0; i < count; i++)
        {
            msg.InitPool(size);
            push.Send(ref msg, false);
        }
    }

    private static void Send(ZmqSocket socket, int size, int count)
    {
        var data = new byte[size];
        int warm = count / 3;
        for (int i = 0; i < warm; i++)
        {
            socket.SendFrame(data);
        }
        long allocated = GC.GetTotalAllocatedBytes();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        long begin = Stopwatch.GetTimestamp();
        for (int i = warm; i < count; i++)
        {
            socket.SendFrame(data);
        }
        Print("sent", count - warm, size, Stopwatch.GetElapsedTime(begin), cpu, GC.GetTotalAllocatedBytes() - allocated);
    }

    private static void Rep(string endpoint, int count)
    {
        using var rep = new ResponseSocket();
        rep.Bind(endpoint);
        var msg = default(Msg);
        for (int i = 0; i < count; i++)
        {
            rep.Receive(ref msg);
            rep.Send(ref msg, false);
        }
    }

    private static void Req(string endpoint, int size, int count)
    {
        using var req = new RequestSocket();
        req.Connect(endpoint);
        var msg = default(Msg);
        var times = new long[count];
        int warm = count / 10;
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        for (int i = 0; i < count; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            msg.InitPool(size);
            req.Send(ref msg, false);
            req.Receive(ref msg);
            msg.Close();
            times[i] = Stopwatch.GetTimestamp() - begin;
        }
        var measured = times[warm..];
        Array.Sort(measured);
        double us = 1e6 / Stopwatch.Frequency;
        var used = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"roundtrip n={count} size={size} mean_us={measured.Average() * us:f2} p50_us={measured[measured.Length / 2] * us:f2} p99_us={measured[measured.Length * 99 / 100] * us:f2} cpu_s_per_M={used.TotalSeconds / count * 1e6:f2}"));
    }

    private static void Pub(string endpoint, int size, int count, int peers)
    {
        using var pub = new XPublisherSocket();
        pub.Options.Linger = TimeSpan.FromSeconds(30);
        pub.Options.XPubVerbose = true;
        pub.Options.NoDrop = true;
        pub.Bind(endpoint);
        for (int i = 0; i < peers; i++)
        {
            pub.SkipFrame();
        }
        Send(pub, size, count);
    }

    private static void Sub(string endpoint, int count, int sockets)
    {
        var subs = new ZmqSocket[sockets];
        for (int i = 0; i < sockets; i++)
        {
            var sub = new SubscriberSocket();
            sub.SubscribeToAnyTopic();
            sub.Connect(endpoint);
            subs[i] = sub;
        }
        Receive(subs, count);
        foreach (var sub in subs)
        {
            sub.Dispose();
        }
    }

    private static void Inproc(int size, int count)
    {
        using var pull = new PullSocket();
        pull.Bind("inproc://bench");
        // Within the process a long message is handed over, not copied: made in the pool, as zmq_msg_init_size does.
        var sender = new Thread(() => Push("inproc://bench", size, count, handOver: size > 1024));
        sender.Start();
        Receive(pull, count);
        sender.Join();
    }

    private static void Print(string what, int count, int size, TimeSpan time, TimeSpan cpuBefore, long allocated)
    {
        var cpu = Process.GetCurrentProcess().TotalProcessorTime - cpuBefore;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what} n={count} size={size} per_s={count / time.TotalSeconds:f0} MB_per_s={count / time.TotalSeconds * size / 1e6:f1} cpu_s_per_M={cpu.TotalSeconds / count * 1e6:f3} bytes_allocated_per_message={(double)allocated / count:f2}"));
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
