using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Files;

/// <summary>The bytes of one file into another, by the kernel where it can (copy_file_range(2): shares blocks on xfs and btrfs).</summary>
public static class FileCopy
{
    private const int BufferBytes = 256 << 10;
    private const long Chunk = 1L << 30;

    /// <summary>Copies from where both stand to the end of <paramref name="from"/>.</summary>
    /// <exception cref="LinuxException"/>
    public static void Copy(SafeFileHandle from, SafeFileHandle to)
    {
        for (bool begun = false; ; begun = true)
        {
            nint copied = LibC.CopyFileRange(from, 0, to, 0, (nint)Chunk, 0);
            if (copied == 0)
            {
                // Some file systems answer 0 to what they cannot do: reading finds out.
                break;
            }

            if (copied < 0)
            {
                Errno errno = ErrnoExtensions.Last;
                if (begun || errno is not (Errno.EXDEV or Errno.EINVAL or Errno.EOPNOTSUPP or Errno.ENOSYS or Errno.EPERM))
                {
                    throw new LinuxException("copy_file_range", "", errno);
                }

                break;
            }
        }

        CopyByHand(from, to);
    }

    private static void CopyByHand(SafeFileHandle from, SafeFileHandle to)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            nint length;
            while ((length = LibC.Read(from, buffer, buffer.Length)) > 0)
            {
                Fds.Descriptor.WriteAll(to, buffer.AsSpan(0, (int)length));
            }

            if (length < 0)
            {
                throw new LinuxException("read", "", ErrnoExtensions.Last);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
