using Wharf.Linux.Processes;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Runtime.Create;

/// <summary>
/// What happens inside, from the clone to the program: a straight recipe, each step with the reason for its place. It is compiled here, on the
/// host side, and executed in the child without any managed code (<see cref="ChildProgram"/>).
/// </summary>
internal static class ContainerSide
{
    private static readonly (string Name, string Target)[] DeviceLinks =
    [
        ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2"), ("ptmx", "pts/ptmx"),
    ];

    internal static void Compile(ChildProgram program, ContainerPlan plan)
    {
        Spec spec = plan.Spec;
        LinuxSpec linux = plan.Linux;
        Process process = plan.Process;

        // The group is the very first thing: from here on all is accounted to the container, and its files are still in view.
        ProcessSteps.JoinCgroup(program, plan.Cgroup);

        // Joined namespaces are next: a user namespace decides what the rest may do, and mounts of proc and sysfs show the ones joined.
        foreach (JoinedNamespace joined in plan.Joined)
        {
            program.Join(joined.Descriptor, joined.Kind, joined.Path);
        }

        if (plan.New.HasFlag(NamespaceFlags.User))
        {
            program.WaitForByte(plan.Socket, "wait for the id maps");
        }

        if (plan.HasUserNamespace)
        {
            program.BecomeRoot();
        }

        program.NewSession();
        if (!plan.NoNewKeyring)
        {
            program.NewSessionKeyring("_ses." + plan.Id);
        }

        // The root of the cgroup namespace is the group that its maker is in.
        if (plan.NewCgroupNamespace)
        {
            program.Unshare(NamespaceFlags.Cgroup);
        }

        Slot root = Rootfs.Prepare(program, plan);
        Slot terminal = default;
        if (process.Terminal)
        {
            // Not before /dev/pts is mounted: the terminal must be one of the container's own instance.
            (Slot master, terminal) = program.NewTerminal(root, (ushort)(process.ConsoleSize?.Height ?? 0), (ushort)(process.ConsoleSize?.Width ?? 0));
            program.ChangeOwner(terminal, process.User.Uid);
            Slot console = program.CloneMountOf(terminal, recursive: false, "/dev/console");
            program.Attach(console, program.OpenOrMake(root, "/dev/console", asFile: true), "/dev/console");
            program.SendDescriptor(plan.Socket, Handshake.Terminal, master, "send the terminal");
            program.Close(master);
        }

        if (plan.HasHooksBeforePivot)
        {
            program.SendByte(plan.Socket, Handshake.BeforePivot, "report the mounts");
            program.WaitForByte(plan.Socket, "wait for the hooks");
        }

        Rootfs.Enter(program, plan, root);
        if (spec.Hostname is { Length: > 0 } hostname)
        {
            program.SetHostName(hostname);
        }

        if (spec.Domainname is { Length: > 0 } domain)
        {
            program.SetDomainName(domain);
        }

        if (process.Terminal)
        {
            program.UseTerminal(terminal);
        }
        else
        {
            ProcessSteps.UseDescriptors(program, plan.Stdio, process.User.Uid);
        }

        // Whatever this process still holds of the host must not be seen by the program (CVE-2016-9962, CVE-2024-21626).
        program.CloseOnExecFrom(3 + plan.PreservedDescriptors);
        Slot file = ProcessSteps.TakeOnIdentity(program, process, plan.Filter);
        program.SendByte(plan.Socket, Handshake.Created, "report the container");
        program.WaitForByte(plan.StartDescriptor, "wait for the start");
        if (spec.Annotations?.ContainsKey(WharfAnnotations.Init) is true)
        {
            program.BecomeInit(process.Args!);
        }

        program.ResetSignals();
        program.Execute(process.Args![0], file, process.Args, plan.Environment);
    }

    /// <summary>Devices and links that every container has (config-linux.md, "Default Devices"; runtime-linux.md, "Dev symbolic links").</summary>
    internal static void MakeDevices(ChildProgram program, ContainerPlan plan, Slot root)
    {
        Slot dev = program.OpenOrMake(root, "/dev", asFile: false);
        program.Umask(0);
        foreach (Device device in plan.Devices)
        {
            Slot directory = dev;
            string name = device.Path[(device.Path.LastIndexOf('/') + 1)..];
            if (device.Path != "/dev/" + name)
            {
                directory = program.OpenOrMake(root, device.Path[..device.Path.LastIndexOf('/')], asFile: false);
            }

            if (plan.HasUserNamespace)
            {
                // Only the initial user namespace may make device nodes: the host's own are shown instead.
                program.Attach(program.CloneMount(device.Path, recursive: false), program.OpenOrMake(root, device.Path, asFile: true), device.Path);
            }
            else
            {
                program.MakeDevice(directory, name, device.Type, device.FileMode ?? 0x1b6, device.Major, device.Minor, device.Uid ?? 0, device.Gid ?? 0);
            }
        }

        foreach ((string name, string target) in DeviceLinks)
        {
            program.MakeSymbolicLink(dev, name, target);
        }

        program.Umask(0x12);
    }
}
