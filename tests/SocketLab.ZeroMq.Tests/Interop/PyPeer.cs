using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using SocketLab.Tests.Shared;
using SocketLab.ZeroMq.Tests.Sockets;

namespace SocketLab.ZeroMq.Tests.Interop;

/// <summary>
/// A process with libzmq in it (<c>peer.py</c>), which does what it is told, one command at a time. One process serves many cases;
/// as a class fixture it starts when the first case asks.
/// </summary>
public sealed partial class PyPeer : IDisposable
{
    private readonly Lock _lock = new();
    private Process? _process;
    private int _names;

    public int Id => Started().Id;

    /// <summary>A new socket in the other process; options as <c>LINGER=0</c>. Returns its name.</summary>
    public string New(string type, params string[] options)
    {
        string name = $"s{Interlocked.Increment(ref _names)}";
        Ask($"new {name} {type} {string.Join(' ', options)}");
        return name;
    }

    /// <summary>Does a command and gives what it answers.</summary>
    public string Ask(string command)
    {
        lock (_lock)
        {
            Begin(command);
            return End(command);
        }
    }

    /// <summary>Starts a command that takes its time; <see cref="End"/> waits for it.</summary>
    public void Begin(string command)
    {
        var process = Started();
        process.StandardInput.WriteLine(command);
        process.StandardInput.Flush();
    }

    public string End(string command)
    {
        var reading = Started().StandardOutput.ReadLineAsync();
        Assert.True(reading.Wait(TimeSpan.FromSeconds(120)), $"libzmq's side does not answer: {command}");
        string answer = reading.Result ?? "error: the process ended";
        Assert.True(answer.StartsWith("ok", StringComparison.Ordinal), $"{command}: {answer}");
        return answer.Length > 3 ? answer[3..] : "";
    }

    public string BindFree(string name, string transport) =>
        Ask($"bind {name} {(transport == "tcp" ? "tcp://127.0.0.1:*" : $"ipc://{Endpoints.FreePath()}")}");

    public void Stop() => Assert.Equal(0, Kill(Id, 19));

    public void Continue() => Assert.Equal(0, Kill(Id, 18));

    /// <summary>Ends the process as a crash does.</summary>
    public void Kill()
    {
        var process = Started();
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        _process = null;
    }

    /// <summary>The same bytes as <c>generated</c> in peer.py.</summary>
    public static byte[] Generated(int size, int seed)
    {
        byte[] block = new byte[Math.Min(size, 65536)];
        for (int i = 0; i < block.Length; i++)
        {
            block[i] = (byte)(seed + (i * 31) + ((i >> 8) * 7));
        }
        byte[] bytes = new byte[size];
        Span<byte> number = stackalloc byte[4];
        for (int at = 0; at < size;)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(number, at);
            number[..Math.Min(4, size - at)].CopyTo(bytes.AsSpan(at));
            at += 4;
            int part = Math.Min(block.Length, size - at);
            if (part > 0)
            {
                block.AsSpan(0, part).CopyTo(bytes.AsSpan(at));
            }
            at += block.Length;
        }
        return bytes;
    }

    /// <summary>A frame as peer.py's <c>to_word</c> writes it.</summary>
    public static string Word(byte[] frame)
    {
        if (frame.Length == 0)
        {
            return "-";
        }
        string text = Encoding.Latin1.GetString(frame).Replace("\0", "\\0", StringComparison.Ordinal).Replace("\u0001", "\\1", StringComparison.Ordinal);
        return frame.Length <= 40 && text.All(c => c is > ' ' and < (char)127)
            ? text
            : $"#{frame.Length}:{Convert.ToHexStringLower(SHA256.HashData(frame))}";
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            Kill();
        }
    }

    private Process Started()
    {
        if (_process is null)
        {
            Peers.NeedPyzmq();
            _process = Process.Start(new ProcessStartInfo(Peers.Python, ["-u", Path.Combine(AppContext.BaseDirectory, "peer.py")])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardOutputEncoding = Encoding.Latin1,
            })!;
            Assert.Equal("ready", _process.StandardOutput.ReadLine());
        }
        return _process;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
