using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Files;
using Wharf.Linux.Processes;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Namespaces;

/// <summary>
/// What the processes of a mount namespace see (mount_namespaces(7)), mounts and all, from outside: by a descriptor of its root directory.
/// No thread stays inside, and nothing is run or loaded there.
/// </summary>
public sealed class MountNamespace : IDisposable
{
    /// <summary>Without it the kernel would take the mounts apart once no process is inside.</summary>
    private readonly SafeFileHandle _namespace;

    private MountNamespace(SafeFileHandle file, SafeFileHandle root, string describe)
    {
        _namespace = file;
        Root = RootedDirectory.Owning(root, describe);
    }

    /// <summary>The namespace's root, whatever its processes have made theirs since (chroot(2)).</summary>
    public RootedDirectory Root { get; }

    /// <summary>The namespace of a process.</summary>
    /// <param name="startTime">As <see cref="PidFd.StartTime"/> has it.</param>
    /// <exception cref="LinuxException">ESRCH when the process has ended.</exception>
    public static MountNamespace Of(int pid, ulong startTime, string describe)
    {
        SafeFileHandle file = OpenOf(pid, startTime);
        try
        {
            SafeFileHandle? root = null;
            NamespaceThread.RunAsync("mntns", () => root = OpenRootOf(file)).GetAwaiter().GetResult();
            return new MountNamespace(file, root!, describe);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A new namespace that nobody else sees or is held up by; it is gone with the result, also when this process dies.</summary>
    /// <param name="mount">Mounts what the namespace is to show; it starts with what this process sees, and its mounts travel nowhere.</param>
    /// <param name="root">A mount point, which becomes the root; all else is unmounted.</param>
    /// <exception cref="LinuxException"/>
    public static MountNamespace Create(Action mount, string root, string describe)
    {
        MountNamespace? made = null;
        NamespaceThread.RunAsync("mntns", () => made = CreateOnThread(mount, root, describe)).GetAwaiter().GetResult();
        return made!;
    }

    public void Dispose()
    {
        Root.Dispose();
        _namespace.Dispose();
    }

    /// <summary>A pid may come to mean another process at any time, but not while this one is still there.</summary>
    private static SafeFileHandle OpenOf(int pid, ulong startTime)
    {
        using SafeFileHandle process = PidFd.Open(pid);
        if (PidFd.StartTime(pid) != startTime)
        {
            throw new LinuxException("open mount namespace of", pid.ToString(), Errno.ESRCH);
        }

        SafeFileHandle file = NamespaceFile.Open($"/proc/{pid}/ns/mnt");
        if (PidFd.Signal(process, 0))
        {
            return file;
        }

        file.Dispose();
        throw new LinuxException("open mount namespace of", pid.ToString(), Errno.ESRCH);
    }

    /// <summary>What is called inside has been called outside before: nothing may be loaded from inside (CVE-2019-14271).</summary>
    private static SafeFileHandle OpenRootOf(SafeFileHandle file)
    {
        using SafeFileHandle own = OpenRoot();
        Check(LibC.UnshareThread(LibC.OwnRootAndDirectory) == 0, "unshare", "");
        Check(LibC.EnterNamespace(file, LibC.NewMountNamespace) == 0, "enter mount namespace", "");
        return OpenRoot();
    }

    private static MountNamespace CreateOnThread(Action mount, string root, string describe)
    {
        Check(LibC.UnshareThread(LibC.NewMountNamespace) == 0, "create mount namespace", "");
        Check(LibC.ClassicMount("none", "/", null, LibC.MS_REC | LibC.MS_PRIVATE, null) == 0, "make mounts private", "");
        mount();
        SafeFileHandle file = NamespaceFile.Open("/proc/thread-self/ns/mnt");
        SafeFileHandle directory = LibC.Open(root, LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        try
        {
            Check(!directory.IsInvalid, "open", root);

            // The old root lies over the new one for a moment, and is what "." then unmounts (pivot_root(2), "pivot_root(".", ".")").
            Check(LibC.ChangeDirectory(directory) == 0, "fchdir", root);
            Check(LibC.PivotRoot(".", ".") == 0, "pivot_root", root);
            Check(LibC.Unmount(".", LibC.MNT_DETACH) == 0, "unmount", "old root");
            return new MountNamespace(file, directory, describe);
        }
        catch
        {
            directory.Dispose();
            file.Dispose();
            throw;
        }
    }

    private static SafeFileHandle OpenRoot()
    {
        SafeFileHandle root = LibC.Open("/", LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        Check(!root.IsInvalid, "open", "/");
        return root;
    }

    private static void Check(bool good, string operation, string target)
    {
        if (!good)
        {
            throw new LinuxException(operation, target, ErrnoExtensions.Last);
        }
    }
}
