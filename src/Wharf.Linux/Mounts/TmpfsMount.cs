using System.Globalization;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Mounts;

/// <summary>A file system in memory (tmpfs(5)).</summary>
public static class TmpfsMount
{
    private const ulong NoSuidNoDevNoExec = 2 | 4 | 8; // MS_NOSUID, MS_NODEV, MS_NOEXEC

    /// <summary>Mounts one that everybody may write to, of at most <paramref name="size"/> bytes.</summary>
    /// <exception cref="LinuxException"/>
    public static void Mount(string target, long size)
    {
        string options = "mode=1777,size=" + size.ToString(CultureInfo.InvariantCulture);
        if (LibC.ClassicMount("shm", target, "tmpfs", NoSuidNoDevNoExec, options) != 0)
        {
            throw new LinuxException("mount tmpfs on", target, ErrnoExtensions.Last);
        }
    }
}
