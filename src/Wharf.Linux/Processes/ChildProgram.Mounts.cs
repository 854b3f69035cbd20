using Wharf.Linux.Mounts;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Processes;

/// <summary>Steps of the mount API of Linux 5.2 and later: a mount is made detached, given its attributes, and then put in place.</summary>
public sealed unsafe partial class ChildProgram
{
    private const int Recursive = 0x8000;
    private const int CloneTree = 1;
    private const int CloneTreeCloseOnExec = 0x8_0000;
    private const int EmptyFromAndToPath = 0x4 | 0x40;

    /// <summary>Makes a new file system of <paramref name="type"/>, detached.</summary>
    /// <param name="options">Its own options, as <c>key=value</c> or <c>flag</c>.</param>
    public Slot NewFileSystem(string type, string? source, IReadOnlyList<string> options, MountFlags flags, string target)
    {
        Slot context = NewSlot();
        Slot mount = NewSlot();
        string operation = $"mount {type}";
        Call(operation, target, SyscallNumber.FsOpen, Text(type), LibC.FSOPEN_CLOEXEC).Into(context);
        if (!string.IsNullOrEmpty(source))
        {
            FsConfig(context, operation, target, "source", source);
        }

        foreach (string option in options)
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            FsConfig(context, operation, target, equals < 0 ? option : option[..equals], equals < 0 ? null : option[(equals + 1)..]);
        }

        Call(operation, target, SyscallNumber.FsConfig, context, LibC.FSCONFIG_CMD_CREATE, 0, 0, 0);
        Call(operation, target, SyscallNumber.FsMount, context, LibC.FSMOUNT_CLOEXEC, (long)flags).Into(mount);
        Close(context);
        return mount;
    }

    /// <summary>Takes a detached copy of what is at <paramref name="source"/> in the host's view: a bind mount not yet in place.</summary>
    public Slot CloneMount(string source, bool recursive)
    {
        Slot mount = NewSlot();
        Call("bind mount", source, SyscallNumber.OpenTree, LibC.AT_FDCWD, Text(source), CloneTree | CloneTreeCloseOnExec | (recursive ? Recursive : 0)).Into(mount);
        return mount;
    }

    /// <summary>As <see cref="CloneMount"/>, of an open file or directory.</summary>
    public Slot CloneMountOf(Slot file, bool recursive, string name)
    {
        Slot mount = NewSlot();
        Call("bind mount", name, SyscallNumber.OpenTree, file, Text(""), LibC.AT_EMPTY_PATH | CloneTree | CloneTreeCloseOnExec | (recursive ? Recursive : 0)).Into(mount);
        return mount;
    }

    /// <summary>Changes attributes and propagation of a mount (mount_setattr(2)).</summary>
    /// <param name="propagation">MS_SHARED and so on; 0 leaves it.</param>
    public Step SetMountAttributes(Slot mount, MountFlags set, MountFlags clear, ulong propagation, bool recursive, string target)
    {
        // A new access-time mode can only be set together with clearing the field of all of them.
        if ((set & MountFlags.AccessTimeMask) != 0 || (clear & MountFlags.AccessTimeMask) != 0)
        {
            clear |= MountFlags.AccessTimeMask;
        }

        return Call(
            "set mount attributes",
            target,
            SyscallNumber.MountSetattr,
            mount,
            Text(""),
            LibC.AT_EMPTY_PATH | (recursive ? Recursive : 0),
            Structure(new LibC.MountAttributes { Set = (ulong)set, Clear = (ulong)clear, Propagation = propagation }),
            sizeof(LibC.MountAttributes));
    }

    /// <summary>Ends the child with EPERM when an open file or directory lies in a proc file system (statfs(2), PROC_SUPER_MAGIC).</summary>
    public void RefuseProc(Slot file, string target, string operation)
    {
        const long ProcSuperMagic = 0x9fa0;
        const int SizeOfStatFs = 120;
        Argument status = Buffer(SizeOfStatFs);
        Call(operation, target, SyscallNumber.FStatFs, file, status);
        Call(operation, target, Instruction.FailIfWord, status, ProcSuperMagic, (int)Errno.EPERM);
    }

    /// <summary>Puts a detached mount on an open file or directory.</summary>
    public Step Attach(Slot mount, Slot at, string target, string operation = "mount") =>
        Call(operation, target, SyscallNumber.MoveMount, mount, Text(""), at, Text(""), EmptyFromAndToPath);

    /// <summary>Sets the propagation of all mounts of this namespace (mount_namespaces(7)).</summary>
    public Step SetPropagation(string path, ulong flags) =>
        Call("set mount propagation", path, SyscallNumber.Mount, 0, Text(path), 0, (long)flags, 0);

    /// <summary>Makes a directory a mount point, as pivot_root(2) wants its new root to be.</summary>
    public void BindOntoItself(string path) =>
        Call("bind mount", path, SyscallNumber.Mount, Text(path), Text(path), 0, (long)(MountPropagation.Bind | MountPropagation.Recursive), 0);

    /// <summary>Makes <paramref name="root"/> the root of this namespace and lets go of the old one.</summary>
    public void PivotRoot(Slot root, string path)
    {
        Slot old = NewSlot();
        Call("open", "/", SyscallNumber.OpenAt, LibC.AT_FDCWD, Text("/"), LibC.O_PATH | LibC.O_CLOEXEC | LibC.O_DIRECTORY).Into(old);
        Call("chdir", path, SyscallNumber.Fchdir, root);
        Call("pivot_root", path, SyscallNumber.PivotRoot, Text("."), Text("."));

        // The old root now lies under the new one. Unmounting it must not travel back to the host's mounts.
        Call("chdir", "/", SyscallNumber.Fchdir, old);
        SetPropagation(".", MountPropagation.Slave | MountPropagation.Recursive);
        Call("umount", "the old root", SyscallNumber.Umount2, Text("."), LibC.MNT_DETACH);
        Call("chdir", "/", SyscallNumber.Chdir, Text("/"));
        Close(old);
    }

    /// <summary>For roots that cannot be pivoted to, such as an initramfs: the old root stays mounted underneath.</summary>
    public void MoveRoot(Slot root, string path)
    {
        Call("chdir", path, SyscallNumber.Fchdir, root);
        Call("mount", path, SyscallNumber.Mount, Text("."), Text("/"), 0, (long)MountPropagation.Move, 0);
        Call("chroot", path, SyscallNumber.Chroot, Text("."));
        Call("chdir", "/", SyscallNumber.Chdir, Text("/"));
    }

    private void FsConfig(Slot context, string operation, string target, string key, string? value)
    {
        string withOption = $"{operation} with {key}{(value is null ? "" : "=" + value)}";
        if (value is null)
        {
            Call(withOption, target, SyscallNumber.FsConfig, context, LibC.FSCONFIG_SET_FLAG, Text(key), 0, 0);
        }
        else
        {
            Call(withOption, target, SyscallNumber.FsConfig, context, LibC.FSCONFIG_SET_STRING, Text(key), Text(value), 0);
        }
    }
}
