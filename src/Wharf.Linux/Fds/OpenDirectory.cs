using Microsoft.Win32.SafeHandles;

namespace Wharf.Linux.Fds;

/// <summary>An open directory as a path, for what takes only paths: it means this directory, wherever it is mounted and if it is mounted at all.</summary>
public sealed class OpenDirectory(SafeFileHandle directory) : IDisposable
{
    /// <summary>The dot makes it no link any more.</summary>
    public string Path => $"/proc/self/fd/{directory.DangerousGetHandle()}/.";

    public void Dispose() => directory.Dispose();
}
