using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Processes;

/// <summary>Steps on files and descriptors. Paths inside a container are resolved below its root by the kernel (openat2(2)).</summary>
public sealed unsafe partial class ChildProgram
{
    private const uint CharacterDevice = 0x2000;

    /// <summary>Opens a path of the host's view for use as a root or a source.</summary>
    public Slot OpenPath(string path)
    {
        Slot slot = NewSlot();
        Call("open", path, SyscallNumber.OpenAt, LibC.AT_FDCWD, Text(path), LibC.O_PATH | LibC.O_CLOEXEC).Into(slot);
        return slot;
    }

    /// <summary>Opens <paramref name="path"/> below <paramref name="root"/>, wherever its symbolic links point to.</summary>
    public Step OpenInRoot(Slot root, string path, Slot into, string operation, bool followLinks = true)
    {
        ulong resolve = LibC.RESOLVE_IN_ROOT | LibC.RESOLVE_NO_MAGICLINKS | (followLinks ? 0 : LibC.RESOLVE_NO_SYMLINKS);
        return Call(operation, path, SyscallNumber.OpenAt2, root, Text(Relative(path)), How(LibC.O_PATH | LibC.O_CLOEXEC, resolve), sizeof(LibC.OpenHow)).Into(into);
    }

    /// <summary>
    /// Opens a mount's destination below <paramref name="root"/>, making what is missing of it: directories, and at the end a file when
    /// <paramref name="asFile"/>.
    /// </summary>
    /// <param name="followLinks">False to fail on a symbolic link anywhere in the path.</param>
    public Slot OpenOrMake(Slot root, string path, bool asFile, bool followLinks = true)
    {
        Slot target = NewSlot();
        Step there = OpenInRoot(root, path, target, "open mount destination", followLinks).Unless(Errno.ENOENT);
        string[] parts = Relative(path).Split('/', StringSplitOptions.RemoveEmptyEntries);
        Slot parent = root;
        for (int i = 0; i < parts.Length; i++)
        {
            if (asFile && i == parts.Length - 1)
            {
                Call("create mount destination", path, SyscallNumber.MknodAt, parent, Text(parts[i]), 0x8000 | 0x1a4, 0).Unless(Errno.EEXIST);
            }
            else
            {
                Call("create mount destination", path, SyscallNumber.MkdirAt, parent, Text(parts[i]), 0x1ed).Unless(Errno.EEXIST);
            }

            Slot next = i == parts.Length - 1 ? target : NewSlot();
            OpenInRoot(root, string.Join('/', parts[..(i + 1)]), next, "open mount destination", followLinks);
            parent = next;
        }

        there.OnSuccessGoHere();
        return target;
    }

    /// <summary>Makes a device node; one that is there stays.</summary>
    public void MakeDevice(Slot directory, string name, string type, uint mode, long major, long minor, uint uid, uint gid)
    {
        uint kind = type switch { "b" => 0x6000, "p" => 0x1000, _ => CharacterDevice };
        long device = (minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xffL) << 12) | ((major & ~0xfffL) << 32);
        Call("mknod", name, SyscallNumber.MknodAt, directory, Text(name), (long)(kind | mode), device).Unless(Errno.EEXIST);
        if (uid != 0 || gid != 0)
        {
            Call("chown", name, SyscallNumber.FchownAt, directory, Text(name), uid, gid, 0);
        }
    }

    public Step MakeSymbolicLink(Slot directory, string name, string target) =>
        Call("symlink", name, SyscallNumber.SymlinkAt, Text(target), directory, Text(name)).Unless(Errno.EEXIST);

    /// <summary>
    /// Goes to the working directory. Not through a magic link: <c>/proc/self/fd/N</c> would lead out of the root by a descriptor that this
    /// process still holds (CVE-2024-21626).
    /// </summary>
    public void ChangeDirectory(string path)
    {
        Slot directory = NewSlot();
        Call("chdir to cwd", path, SyscallNumber.OpenAt2, LibC.AT_FDCWD, Text(path), How(LibC.O_PATH | LibC.O_CLOEXEC | LibC.O_DIRECTORY, LibC.RESOLVE_NO_MAGICLINKS), sizeof(LibC.OpenHow)).Into(directory);
        Call("chdir to cwd", path, SyscallNumber.Fchdir, directory);
    }

    /// <summary>Joins a version 1 cgroup by its <c>tasks</c> file.</summary>
    public void JoinCgroup(string tasks)
    {
        Slot file = NewSlot();
        Call("join cgroup", tasks, SyscallNumber.OpenAt, LibC.AT_FDCWD, Text(tasks), LibC.O_WRONLY | LibC.O_CLOEXEC).Into(file);
        Call("join cgroup", tasks, SyscallNumber.Write, file, Text("0"), 1);
        Close(file);
    }

    public Step Umask(uint mask) => Call("umask", "", SyscallNumber.Umask, mask);

    /// <summary>Writes a kernel setting, below the proc file system that <paramref name="proc"/> is.</summary>
    public void WriteSysctl(Slot proc, string name, string value)
    {
        string path = "sys/" + name.Replace('.', '/');
        Slot file = NewSlot();
        const ulong resolve = LibC.RESOLVE_NO_MAGICLINKS | LibC.RESOLVE_NO_XDEV | LibC.RESOLVE_BENEATH;
        Call("sysctl", name, SyscallNumber.OpenAt2, proc, Text(path), How(LibC.O_WRONLY | LibC.O_CLOEXEC, resolve), sizeof(LibC.OpenHow)).Into(file);
        Call("sysctl", name, SyscallNumber.Write, file, Text(value), value.Length);
        Close(file);
    }

    /// <summary>A close-on-exec copy of a descriptor, above the standard ones (fcntl(2), F_DUPFD_CLOEXEC).</summary>
    public Slot DuplicateAbove(SafeFileHandle descriptor)
    {
        Slot copy = NewSlot();
        Call("dup", "", SyscallNumber.Fcntl, (int)descriptor.DangerousGetHandle(), 1030, 10).Into(copy);
        return copy;
    }

    /// <summary>Makes a descriptor standard input, output or error.</summary>
    public Step DuplicateTo(Argument descriptor, int to) => Call("dup3", "", SyscallNumber.Dup3, descriptor, to, 0);

    /// <summary>All descriptors from <paramref name="first"/> on are closed by execve(2).</summary>
    public Step CloseOnExecFrom(int first) => Call("close_range", "", SyscallNumber.CloseRange, first, uint.MaxValue, 4);

    public Step Close(Argument descriptor) => Call("close", "", SyscallNumber.Close, descriptor);

    private static string Relative(string path)
    {
        string relative = path.TrimStart('/');
        return relative.Length == 0 ? "." : relative;
    }

    private Argument How(int flags, ulong resolve) =>
        Structure(new LibC.OpenHow { Flags = (uint)flags, Resolve = resolve });
}
