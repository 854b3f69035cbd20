using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Fds;

/// <summary>Whose a file is.</summary>
public static class FileOwner
{
    /// <summary>chown(2) leaves an id of -1 as it is.</summary>
    private const uint Unchanged = uint.MaxValue;

    /// <summary>Gives the file at <paramref name="path"/>, itself and not what it may link to, to a group.</summary>
    public static void SetGroup(string path, uint group)
    {
        if (LibC.lchown(path, Unchanged, group) != 0)
        {
            throw new LinuxException("chown", path, ErrnoExtensions.Last);
        }
    }
}
