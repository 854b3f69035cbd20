using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Processes;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Namespaces;

/// <summary>Namespaces by file (namespaces(7)).</summary>
public static class NamespaceFile
{
    /// <exception cref="LinuxException"/>
    public static SafeFileHandle Open(string path)
    {
        SafeFileHandle file = LibC.Open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        return file.IsInvalid ? throw new LinuxException("open namespace", path, ErrnoExtensions.Last) : file;
    }

    /// <summary>
    /// Puts the children that this thread makes from now on into a pid namespace; the thread itself stays where it is (setns(2)).
    /// </summary>
    /// <param name="file">A namespace file, or the pidfd of a process in it.</param>
    /// <exception cref="LinuxException"/>
    public static void JoinPidForChildren(SafeFileHandle file, string name)
    {
        if (LibC.SetNamespace(file, (int)NamespaceFlags.Pid) != 0)
        {
            throw new LinuxException("join pid namespace", name, ErrnoExtensions.Last);
        }
    }
}
