using System.IO.Compression;

namespace Wharf.Runtime.Monitor;

/// <summary>
/// Packs a rotated log file: a program run of its own (<c>wharf-runtime pack-log FILE</c>), because a monitor has one thread, which must not
/// stand still for that long, and little memory, which it would not get back.
/// </summary>
internal static class LogPacker
{
    internal const string Command = "pack-log";
    internal const string Suffix = ".gz";
    private const int BufferBytes = 128 << 10;

    internal static int Execute(string path)
    {
        string temporary = path + Suffix + ".new";
        using (FileStream source = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0))
        using (FileStream target = new(temporary, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0))
        using (var packed = new GZipStream(target, CompressionLevel.Fastest))
        {
            source.CopyTo(packed, BufferBytes);
        }

        // Both names for a moment rather than none: a reader takes the plain one first.
        File.SetUnixFileMode(temporary, File.GetUnixFileMode(path));
        File.Move(temporary, path + Suffix, overwrite: true);
        File.Delete(path);
        return 0;
    }
}
