using System.Text;
using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Files;

/// <summary>Files of proc, sysfs and cgroups, which take a value in one write and answer with an errno.</summary>
public static class KernelFile
{
    /// <exception cref="LinuxException"/>
    public static void Write(string path, string value)
    {
        using SafeFileHandle file = LibC.Open(path, LibC.O_WRONLY | LibC.O_CLOEXEC);
        Errno errno = ErrnoExtensions.Last;
        if (!file.IsInvalid)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(value);
            if (LibC.Write(file, bytes, bytes.Length) >= 0)
            {
                return;
            }

            errno = ErrnoExtensions.Last;
        }

        throw new LinuxException($"write '{value.TrimEnd('\n')}' to", path, errno);
    }
}
