namespace SocketLab.Cli;

/// <summary>Creates a file that was asked for: always a new one, never through a symbolic link, never over another without <c>--force</c>.</summary>
internal static class NewFile
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
}
