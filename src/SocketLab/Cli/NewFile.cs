using System.Runtime.InteropServices;

namespace SocketLab.Cli;

/// <summary>
/// Creates a file that was asked for: always a new one, never through a symbolic link, never in the place of a device or pipe, never over
/// another file without <c>--force</c>.
/// </summary>
internal static unsafe partial class NewFile
{
    /// <param name="what">What the file is for: <c>trace</c>.</param>
    /// <param name="path">Where.</param>
    /// <param name="force">Replace a file that is there.</param>
    /// <exception cref="LabException">It is there already, is a link, or may not be written.</exception>
    public static FileStream Create(string what, string path, bool force)
    {
        try
        {
            var there = new FileInfo(path);
            if (there.LinkTarget is not null)
            {
                throw new LabException($"{what} {path}: is a symbolic link", "name a file that does not exist yet", ExitCode.CouldNotRun);
            }
            if (Directory.Exists(path) || (there.Exists && !IsPlain(path)))
            {
                throw new LabException($"{what} {path}: is no plain file", "name a file that does not exist yet", ExitCode.CouldNotRun);
            }
            if (force && there.Exists)
            {
                there.Delete();
            }
            // CreateNew is O_CREAT|O_EXCL: it fails on whatever stands there, a dangling link included.
            return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new LabException($"{what} {path}: exists already", "name a new file, or add --force to replace it", ExitCode.CouldNotRun);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new LabException($"{what} {path}: {e.Message}", "is the folder there, and may you write to it?", ExitCode.CouldNotRun);
        }
    }

    /// <summary>Whether it is neither a device nor a pipe nor a socket. Only Linux has those among its files and lets one ask like this.</summary>
    private static bool IsPlain(string path)
    {
        const int here = -100, noFollow = 0x100; // AT_FDCWD, AT_SYMLINK_NOFOLLOW
        const uint type = 1; // STATX_TYPE
        const int modeAt = 28, typeBits = 0xF000, regular = 0x8000; // stx_mode; S_IFMT, S_IFREG
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }
        var about = stackalloc byte[256]; // struct statx
        return StatX(here, path, noFollow, type, about) != 0 || (*(ushort*)(about + modeAt) & typeBits) == regular;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, byte* about);
}
