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
    /// Puts the children that this thread makes into a pid namespace, until the result is disposed of; the thread itself stays where it is
    /// (setns(2)). Meanwhile it can make no threads: those would have to be in two namespaces.
    /// </summary>
    /// <param name="file">A namespace file, or the pidfd of a process in it.</param>
    /// <exception cref="LinuxException"/>
    public static IDisposable JoinPidForChildren(SafeFileHandle file, string name)
    {
        SafeFileHandle own = Open("/proc/thread-self/ns/pid");
        try
        {
            SetPidForChildren(file, name);
            return new OwnPidForChildren(own);
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    private static void SetPidForChildren(SafeFileHandle file, string name)
    {
        if (LibC.SetNamespace(file, (int)NamespaceFlags.Pid) != 0)
        {
            throw new LinuxException("join pid namespace", name, ErrnoExtensions.Last);
        }
    }

    private sealed class OwnPidForChildren(SafeFileHandle own) : IDisposable
    {
        public void Dispose()
        {
            using (own)
            {
                SetPidForChildren(own, "of this process");
            }
        }
    }
}
