using System.Text;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Mounts;

/// <summary>What is mounted where (proc_pid_mountinfo(5)), and taking it away.</summary>
public static class MountTable
{
    private const string Own = "/proc/self/mountinfo";

    /// <summary>Mount points of this process's namespace at or below <paramref name="directory"/>, those mounted last first.</summary>
    public static IReadOnlyList<string> Below(string directory) => Below(File.ReadLines(Own), directory);

    internal static IReadOnlyList<string> Below(IEnumerable<string> mountinfo, string directory) =>
    [
        .. mountinfo
            .Select(line => Unescape(line.Split(' ')[4]))
            .Where(point => point == directory || point.StartsWith(directory + "/", StringComparison.Ordinal))
            .Reverse(),
    ];

    /// <summary>The mount point that <paramref name="path"/> (absolute, without links) is below.</summary>
    public static string Containing(string path) =>
        File.ReadLines(Own)
            .Select(line => Unescape(line.Split(' ')[4]))
            .Where(point => point is "/" || path == point || path.StartsWith(point + "/", StringComparison.Ordinal))
            .MaxBy(point => point.Length)!;

    /// <summary>
    /// Takes a mount away: from sight at once, from the kernel when its last user has gone. A path that is no mount point is left alone.
    /// </summary>
    /// <exception cref="LinuxException"/>
    public static void Detach(string path)
    {
        if (LibC.Unmount(path, LibC.MNT_DETACH | LibC.UMOUNT_NOFOLLOW) != 0 && ErrnoExtensions.Last is var errno
            && errno is not (Errno.EINVAL or Errno.ENOENT))
        {
            throw new LinuxException("unmount", path, errno);
        }
    }

    /// <summary>Space, tab, newline and backslash are written as three octal digits.</summary>
    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal))
        {
            return field;
        }

        var text = new StringBuilder(field.Length);
        for (int i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length)
            {
                text.Append((char)Convert.ToInt32(field.Substring(i + 1, 3), 8));
                i += 3;
            }
            else
            {
                text.Append(field[i]);
            }
        }

        return text.ToString();
    }
}
