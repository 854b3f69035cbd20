using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Files;

/// <summary>Files without a path (memfd_create(2)).</summary>
public static class MemoryFile
{
    private const uint MFD_CLOEXEC = 1;

    /// <summary>A file with the given content, positioned at its start.</summary>
    /// <exception cref="LinuxException"/>
    public static SafeFileHandle Create(string name, ReadOnlySpan<byte> content)
    {
        SafeFileHandle file = LibC.MemfdCreate(name, MFD_CLOEXEC);
        if (file.IsInvalid)
        {
            throw new LinuxException("memfd_create", name, ErrnoExtensions.Last);
        }

        RandomAccess.Write(file, content, 0);
        return file;
    }
}
