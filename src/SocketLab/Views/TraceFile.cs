using SocketLab.Cli;

namespace SocketLab.Views;

/// <summary>Creates the file of <c>--trace</c>: always a new one, never through a symbolic link, never over another without <c>--force</c>.</summary>
internal static class TraceFile
{
    public static FileStream Create(string path, bool force)
    {
        try
        {
            var there = new FileInfo(path);
            if (there.LinkTarget is not null)
            {
                throw new LabException($"trace {path}: is a symbolic link", "name a file that does not exist yet", ExitCode.CouldNotRun);
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
            throw new LabException($"trace {path}: exists already", "name a new file, or add --force to replace it", ExitCode.CouldNotRun);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"trace {path}: {e.Message}", "is the folder there, and may you write to it?", ExitCode.CouldNotRun);
        }
    }
}
