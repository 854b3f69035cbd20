using System.IO.Compression;
using Wharf.Linux.Files;

namespace Wharf.Engine.Logs;

/// <summary>One file of a log, open.</summary>
/// <param name="Compressed">Rotated and packed: it does not grow, and cannot be read backwards.</param>
internal sealed record LogFile(FileStream File, bool Compressed) : IDisposable
{
    /// <summary>From the beginning for a packed file, from where <see cref="File"/> stands otherwise.</summary>
    internal Stream OpenContent()
    {
        if (!Compressed)
        {
            return File;
        }

        File.Position = 0;
        return new GZipStream(File, CompressionMode.Decompress, leaveOpen: true);
    }

    internal bool IsSameAs(LogFile other) => FileIdentity.Of(File.SafeFileHandle) == FileIdentity.Of(other.File.SafeFileHandle);

    public void Dispose() => File.Dispose();
}

/// <summary>
/// A log on disk: the current file, and beside it <c>.1</c>, <c>.2</c> and so on, the older the higher, each perhaps packed (<c>.gz</c>).
/// The monitor may rotate at any moment; a file that is open stays what it was.
/// </summary>
internal static class LogFiles
{
    /// <summary>All of them, the oldest first. One name may be missing: a rotation renames from the oldest on, and leaves a gap as it goes.</summary>
    internal static List<LogFile> OpenAll(string path)
    {
        while (true)
        {
            var files = new List<LogFile>();
            for (int age = 0; (Open(path, age) ?? Open(path, ++age)) is { } file; age++)
            {
                files.Add(file);
            }

            if (IsOneMoment(files))
            {
                files.Reverse();
                return files;
            }

            files.ForEach(file => file.Dispose());
        }
    }

    /// <param name="age">How many rotations ago it was the current one.</param>
    internal static LogFile? Open(string path, int age)
    {
        string name = age == 0 ? path : $"{path}.{age}";
        if (TryOpen(name) is { } plain)
        {
            return new LogFile(plain, Compressed: false);
        }

        return age > 0 && TryOpen(name + ".gz") is { } packed ? new LogFile(packed, Compressed: true) : null;
    }

    /// <summary>Whether another file is the current one by now.</summary>
    internal static bool WasRotated(string path, FileStream current) =>
        FileIdentity.Of(path) is { } now && now != FileIdentity.Of(current.SafeFileHandle);

    /// <summary>A rotation while opening would show one file under two names.</summary>
    private static bool IsOneMoment(List<LogFile> files) =>
        files.Select(file => FileIdentity.Of(file.File.SafeFileHandle)).Distinct().Count() == files.Count;

    private static FileStream? TryOpen(string path)
    {
        try
        {
            // No buffer of its own: at the end of the file it must look again, not remember.
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
