using Wharf.Linux.Cgroups;
using Wharf.Linux.Mounts;
using Wharf.Linux.Processes;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Runtime.Create;

/// <summary>What a container sees below /sys/fs/cgroup: its own group, as the root (config-linux.md, "cgroup mounts").</summary>
internal static class CgroupMount
{
    internal static void Place(ChildProgram program, ContainerPlan plan, Slot root, Mount mount, MountOptions options)
    {
        string destination = mount.Destination;
        CgroupHierarchies hierarchies = plan.Cgroup.Hierarchies;
        if (hierarchies.IsUnified)
        {
            Slot unified = plan.NewCgroupNamespace
                ? program.NewFileSystem("cgroup2", null, [], options.Set, destination)
                : program.CloneMount(hierarchies.Version2 + plan.Cgroup.Path, recursive: false);
            if (!plan.NewCgroupNamespace)
            {
                program.SetMountAttributes(unified, options.Set, 0, 0, recursive: false, destination);
            }

            program.Attach(unified, Rootfs.OpenDestination(program, root, mount, asFile: false), destination);
            return;
        }

        MountFlags writable = options.Set & ~MountFlags.ReadOnly;
        Slot directory = program.NewFileSystem("tmpfs", null, ["mode=755"], writable, destination);
        program.Attach(directory, Rootfs.OpenDestination(program, root, mount, asFile: false), destination);
        foreach (IGrouping<string, KeyValuePair<string, string>> hierarchy in hierarchies.Version1.GroupBy(entry => entry.Value))
        {
            string name = Path.GetFileName(hierarchy.Key);
            string target = $"{destination}/{name}";
            Slot bind = program.CloneMount(hierarchy.Key + plan.Cgroup.Path, recursive: false);
            program.SetMountAttributes(bind, options.Set, 0, 0, recursive: false, target);
            program.Attach(bind, program.OpenOrMake(root, target, asFile: false), target);
        }

        if ((options.Set & MountFlags.ReadOnly) != 0)
        {
            program.SetMountAttributes(directory, MountFlags.ReadOnly, 0, 0, recursive: false, destination);
        }
    }
}
