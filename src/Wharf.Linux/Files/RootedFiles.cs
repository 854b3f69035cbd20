using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Files;

/// <summary>
/// Files of a container, looked up as the container itself would: absolute links start at its root and <c>..</c> cannot leave it
/// (openat2(2), RESOLVE_IN_ROOT), whatever it does to its directories meanwhile.
/// </summary>
public static class RootedFiles
{
    /// <summary>Reads a regular file as text.</summary>
    /// <param name="maxBytes">A larger file is cut off: it comes from outside.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="LinuxException"/>
    public static string? ReadText(string root, string path, int maxBytes)
    {
        // O_NONBLOCK: an image may hold a FIFO of that name, whose open would wait.
        using SafeFileHandle file = Open(root, path, LibC.O_RDONLY | LibC.O_NONBLOCK, out Errno errno);
        if (file.IsInvalid)
        {
            return errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP or Errno.ENXIO
                ? null
                : throw new LinuxException($"open {path} in", root, errno);
        }

        if (LibC.StatxOf(file, "", LibC.AT_EMPTY_PATH, LibC.STATX_BASIC_STATS, out LibC.StatxBuffer status) != 0 || !status.IsRegular)
        {
            return null;
        }

        byte[] bytes = new byte[Math.Min(maxBytes, 16384)];
        int total = 0;
        while (total < maxBytes)
        {
            int read = RandomAccess.Read(file, bytes.AsSpan(total), total);
            if (read == 0)
            {
                break;
            }

            total += read;
            if (total == bytes.Length)
            {
                Array.Resize(ref bytes, Math.Min(maxBytes, bytes.Length * 2));
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, total);
    }

    /// <summary>Opens a file to read, looked up as above.</summary>
    /// <returns>Null when there is none, or it is no regular file.</returns>
    /// <exception cref="LinuxException"/>
    public static FileStream? OpenRead(string root, string path)
    {
        SafeFileHandle file = Open(root, path, LibC.O_RDONLY | LibC.O_NONBLOCK, out Errno errno);
        if (file.IsInvalid)
        {
            file.Dispose();
            return errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP or Errno.ENXIO
                ? null
                : throw new LinuxException($"open {path} in", root, errno);
        }

        byte[] self = [0];
        const int RegularMode = 0x8000;
        const int TypeMask = 0xf000; // S_IFMT
        if (LibC.StatxAt(file, ref self[0], LibC.AT_EMPTY_PATH, LibC.STATX_BASIC_STATS, out LibC.StatxBuffer status) == 0
            && (status.Mode & TypeMask) == RegularMode)
        {
            return new FileStream(file, FileAccess.Read, bufferSize: 0);
        }

        file.Dispose();
        return null;
    }

    /// <summary>The path on the host of something inside <paramref name="root"/>, all links resolved within it.</summary>
    /// <returns>Null when there is nothing.</returns>
    public static string? Resolve(string root, string path)
    {
        using SafeFileHandle file = Open(root, path, LibC.O_PATH, out _);
        return file.IsInvalid ? null : File.ResolveLinkTarget($"/proc/self/fd/{file.DangerousGetHandle()}", returnFinalTarget: false)?.FullName;
    }

    private static SafeFileHandle Open(string root, string path, int flags, out Errno errno)
    {
        using SafeFileHandle directory = LibC.Open(root, LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        if (directory.IsInvalid)
        {
            throw new LinuxException("open", root, ErrnoExtensions.Last);
        }

        var how = new LibC.OpenHow { Flags = (ulong)(flags | LibC.O_CLOEXEC), Resolve = LibC.RESOLVE_IN_ROOT | LibC.RESOLVE_NO_MAGICLINKS };
        SafeFileHandle file = LibC.OpenAt2(directory, path, in how);
        errno = file.IsInvalid ? ErrnoExtensions.Last : Errno.None;
        return file;
    }
}
