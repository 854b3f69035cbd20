using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands;

/// <summary>An archive to send to the daemon.</summary>
internal static class ArchiveInput
{
    internal static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFailure($"open {path}: no such file or directory");
        }
    }
}
