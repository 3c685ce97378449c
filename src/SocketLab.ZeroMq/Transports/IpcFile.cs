using System.Net;
using System.Net.Sockets;

namespace SocketLab.ZeroMq.Transports;

/// <summary>The file behind an ipc endpoint: a stale one is replaced, one with a living owner never; mode 0600; removed at the end.</summary>
internal static class IpcFile
{
    /// <exception cref="AddressAlreadyInUseException">Somebody listens there.</exception>
    public static void MakeRoom(Address address, EndPoint endpoint)
    {
        if (!File.Exists(address.Rest))
        {
            return;
        }
        if (!OperatingSystem.IsWindows() && !IsSocket(address.Rest))
        {
            throw new AddressAlreadyInUseException($"bind {address.Text}: the path exists and is not a socket");
        }
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Blocking = false;
            probe.Connect(endpoint);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
        {
            // Nobody listens: its owner died without removing it.
            File.Delete(address.Rest);
            return;
        }
        catch (SocketException error) when (error.SocketErrorCode != SocketError.WouldBlock)
        {
            throw new AddressAlreadyInUseException(error, $"bind {address.Text}: the path exists and is not a socket of ours");
        }
        throw new AddressAlreadyInUseException($"bind {address.Text}: a living process listens there");
    }

    /// <summary>Connecting to any other file is refused too, and it would be taken for a stale socket: but a socket cannot be opened (open(2), ENXIO).</summary>
    private static bool IsSocket(string path)
    {
        const int NoSuchDevice = 6, NotSupportedOnMac = 102;
        try
        {
            // For reading and writing: a named pipe would wait for its other side else.
            using var opened = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return false;
        }
        catch (IOException error)
        {
            return error.HResult is NoSuchDevice or NotSupportedOnMac;
        }
        catch (UnauthorizedAccessException)
        {
            // Another's, or a folder. Only a socket that we may write to could be found stale.
            return false;
        }
    }

    public static void Protect(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Left behind, it is found stale and replaced at the next bind.
        }
    }
}
