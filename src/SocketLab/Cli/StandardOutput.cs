using System.Runtime.InteropServices;

namespace SocketLab.Cli;

/// <summary>
/// Standard output that says when nobody reads it any more (<c>| head -1</c>). .NET's own stream keeps quiet about a broken pipe, and a
/// client with endless input would write into it for ever.
/// </summary>
internal sealed partial class StandardOutput : Stream
{
    private readonly Stream _console = Console.OpenStandardOutput();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="BrokenPipeException">Whoever read it has gone.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (ReaderHasGone())
        {
            throw new BrokenPipeException();
        }
        _console.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => _console.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static bool ReaderHasGone()
    {
        const short error = 0x008; // POLLERR: of a pipe's writing end, that its reading end is closed (poll(2))
        var asked = new Asked { Descriptor = 1 };
        return OperatingSystem.IsLinux() && Poll(ref asked, 1, 0) > 0 && (asked.Happened & error) != 0;
    }

    // struct pollfd
    private struct Asked
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref Asked asked, nuint count, int timeoutMs);
}

/// <summary>Nobody reads standard output any more.</summary>
internal sealed class BrokenPipeException() : IOException("nobody reads it any more");
