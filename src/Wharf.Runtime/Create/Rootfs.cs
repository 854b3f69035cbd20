using Wharf.Linux;
using Wharf.Linux.Files;
using Wharf.Linux.Mounts;
using Wharf.Linux.Processes;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Runtime.Create;

/// <summary>The container's file system: mounts in the order of the specification, then the change of root and what must follow it.</summary>
internal static class Rootfs
{
    /// <summary>Everything up to the change of root. Destinations are resolved by the kernel below the root, so no symbolic link leads out.</summary>
    internal static Slot Prepare(ChildProgram program, ContainerPlan plan)
    {
        // Nothing mounted from here on may travel back to the host.
        ulong propagation = Propagation(plan.Linux.RootfsPropagation) ?? MountPropagation.Slave;
        program.SetPropagation("/", propagation | MountPropagation.Recursive);
        if (propagation == MountPropagation.Shared)
        {
            // Shared is what the container's root shall be, not what it lies on: pivot_root(2) refuses that, and the mounts would travel.
            program.SetPropagation(MountTable.Containing(plan.RootDirectory), MountPropagation.Private);
        }

        program.BindOntoItself(plan.RootDirectory);
        Slot root = program.OpenPath(plan.RootDirectory);
        foreach (Mount mount in plan.Spec.Mounts ?? [])
        {
            Place(program, plan, root, mount);
        }

        if (!(plan.Spec.Mounts ?? []).Any(MountRules.BringsDevices))
        {
            ContainerSide.MakeDevices(program, plan, root);
        }

        // While the root can be written to, and found in it by the kernel: not by way of /proc/self/fd (CVE-2024-21626).
        program.OpenOrMake(root, plan.Process.Cwd, asFile: false);
        return root;
    }

    /// <summary>The change of root and the locks that go on afterwards.</summary>
    internal static void Enter(ChildProgram program, ContainerPlan plan, Slot root)
    {
        // Taken from the host's view while it is there: the container's own /dev/null could be anything (CVE-2025-31133).
        Slot nothing = default;
        if (plan.Linux.MaskedPaths is { Count: > 0 })
        {
            nothing = program.CloneMount("/dev/null", recursive: false);

            // It is the host's own inode: a container's root could give it another mode or owner.
            program.SetMountAttributes(nothing, MountFlags.ReadOnly | MountFlags.NoSuid | MountFlags.NoExec, 0, 0, recursive: false, "/dev/null");
        }

        if (plan.NoPivot)
        {
            program.MoveRoot(root, plan.RootDirectory);
        }
        else
        {
            program.PivotRoot(root, plan.RootDirectory);
        }

        WriteSysctls(program, plan);
        foreach (string path in plan.Linux.ReadonlyPaths ?? [])
        {
            MakeReadOnly(program, root, path);
        }

        Mask(program, plan, root, nothing);
        if (Propagation(plan.Linux.RootfsPropagation) is { } propagation)
        {
            program.SetPropagation("/", propagation);
        }

        if (plan.Spec.Root!.Readonly)
        {
            program.SetMountAttributes(root, MountFlags.ReadOnly, 0, 0, recursive: false, "/");
        }
    }

    private static void Place(ChildProgram program, ContainerPlan plan, Slot root, Mount mount)
    {
        MountOptions options = MountOptions.Parse(mount.Options);
        string type = mount.Type is null or "" or "none" ? "bind" : mount.Type;
        if (type == "bind" || options.IsBind)
        {
            string source = Path.Combine(plan.Bundle, mount.Source ?? throw new RuntimeFailure($"mounts: {mount.Destination}: a bind mount needs a source"));
            Slot bind;
            if (options.Subdirectory is { } part)
            {
                bind = ClonePart(program, source, part, options.IsRecursiveBind);

                // Only to know what kind of place to make for it; should it change meanwhile, the mount fails.
                source = RootedFiles.Resolve(source, part) ?? source;
            }
            else
            {
                bind = program.CloneMount(source, options.IsRecursiveBind);
            }

            Decorate(program, bind, options, mount.Destination);
            Slot place = OpenDestination(program, root, mount, asFile: !Directory.Exists(source));
            program.Attach(bind, place, $"\"{source}\" to rootfs at \"{mount.Destination}\"", RuntimeFailure.AttachBind);
            return;
        }

        if (type is "cgroup" or "cgroup2")
        {
            CgroupMount.Place(program, plan, root, mount, options);
            return;
        }

        Slot made = program.NewFileSystem(type, mount.Source, options.Data, options.Set, mount.Destination);
        if (options.Propagation != 0 || options.RecursiveSet != 0)
        {
            Decorate(program, made, options, mount.Destination);
        }

        // Through a link, the masks and read-only paths below proc and sysfs would be put somewhere else (CVE-2019-19921).
        bool followLinks = type is not ("proc" or "sysfs");
        program.Attach(made, OpenDestination(program, root, mount, asFile: false, followLinks), mount.Destination);
    }

    /// <summary>What is written may lie outside /proc and lead into it by a link of the image (CVE-2025-52881): what is opened decides.</summary>
    internal static Slot OpenDestination(ChildProgram program, Slot root, Mount mount, bool asFile, bool followLinks = true)
    {
        Slot place = program.OpenOrMake(root, mount.Destination, asFile, followLinks);
        if (!MountRules.MayLieInProc(mount))
        {
            program.RefuseProc(place, mount.Destination, "mount inside /proc");
        }

        return place;
    }

    private static Slot ClonePart(ChildProgram program, string source, string part, bool recursive)
    {
        Slot file = program.NewSlot();
        program.OpenInRoot(program.OpenPath(source), part, file, "open subdirectory of bind mount");
        return program.CloneMountOf(file, recursive, $"{source}/{part}");
    }

    private static void Decorate(ChildProgram program, Slot mount, MountOptions options, string target)
    {
        if (options.Set != 0 || options.Clear != 0)
        {
            program.SetMountAttributes(mount, options.Set, options.Clear, 0, recursive: false, target);
        }

        if (options.RecursiveSet != 0 || options.RecursiveClear != 0)
        {
            program.SetMountAttributes(mount, options.RecursiveSet, options.RecursiveClear, 0, recursive: true, target);
        }

        if (options.Propagation != 0)
        {
            program.SetMountAttributes(mount, 0, 0, options.Propagation, options.IsPropagationRecursive, target);
        }
    }

    /// <summary>Through a proc of its own that nobody else can reach: the container's /proc might not be one (CVE-2025-52881).</summary>
    private static void WriteSysctls(ChildProgram program, ContainerPlan plan)
    {
        if (plan.Linux.Sysctl is not { Count: > 0 } settings)
        {
            return;
        }

        Slot proc = program.NewFileSystem("proc", null, [], MountFlags.None, "/proc");
        foreach ((string name, string value) in settings)
        {
            program.WriteSysctl(proc, name, value);
        }

        program.Close(proc);
    }

    private static void MakeReadOnly(ChildProgram program, Slot root, string path)
    {
        Slot file = program.NewSlot();
        Step open = program.OpenInRoot(root, path, file, "open read-only path").Unless(Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES);
        Slot bind = program.CloneMountOf(file, recursive: true, path);
        program.SetMountAttributes(bind, MountFlags.ReadOnly, 0, 0, recursive: true, path);
        program.Attach(bind, file, path);
        open.OnExpectedGoHere();
    }

    private static void Mask(ChildProgram program, ContainerPlan plan, Slot root, Slot nothing)
    {
        if (plan.Linux.MaskedPaths is not { Count: > 0 } paths)
        {
            return;
        }

        // One empty directory serves all of them.
        Slot empty = program.NewFileSystem("tmpfs", null, ["size=0", "nr_inodes=1"], MountFlags.ReadOnly, "masked paths");
        foreach (string path in paths)
        {
            Slot file = program.NewSlot();
            Step open = program.OpenInRoot(root, path, file, "open masked path").Unless(Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES);
            Slot cover = program.CloneMountOf(nothing, recursive: false, "/dev/null");
            // A file cannot be mounted on a directory (move_mount(2)).
            Step masked = program.Attach(cover, file, path).Unless(Errno.EINVAL, Errno.ENOTDIR);
            program.Attach(program.CloneMountOf(empty, recursive: false, path), file, path);
            masked.OnSuccessGoHere();
            open.OnExpectedGoHere();
        }

        program.Close(empty);
    }

    private static ulong? Propagation(string? name) => name switch
    {
        null or "" => null,
        "private" or "rprivate" => MountPropagation.Private,
        "slave" or "rslave" => MountPropagation.Slave,
        "shared" or "rshared" => MountPropagation.Shared,
        "unbindable" or "runbindable" => MountPropagation.Unbindable,
        _ => throw new RuntimeFailure($"linux.rootfsPropagation: unknown propagation '{name}'"),
    };
}
