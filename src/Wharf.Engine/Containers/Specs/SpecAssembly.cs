using Wharf.Engine.Containers.Defaults;
using Wharf.Engine.Containers.Mounts;
using Wharf.Engine.Containers.Security;
using Wharf.Engine.Containers.Validation;
using Wharf.Engine.Networks;
using Wharf.Linux.Mounts;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Engine.Containers.Specs;

/// <summary>Gathers from kernel and disk what a spec is made of, when the root is mounted and the network is there.</summary>
internal sealed class SpecAssembly(ContainerDependencies engine)
{
    private const UnixFileMode WorldWritableSticky = (UnixFileMode)0b1_111_111_111;

    internal Spec Build(ContainerSnapshot container, Sandbox? sandbox)
    {
        HostConfig host = container.HostConfig;
        SecurityOptions security = SecurityOptions.Parse(host.SecurityOpt);
        IReadOnlyList<string> capabilities = CapabilitySet.Compute(host.Privileged, host.CapAdd, host.CapDrop, CapabilitySet.Held);
        (List<Device> devices, List<DeviceRule> rules) = Devices(host);
        if (security.SystemPathsUnconfined)
        {
            container = container with { HostConfig = host with { MaskedPaths = null, ReadonlyPaths = null } };
        }

        return RuntimeSpecBuilder.Build(new SpecInputs
        {
            Container = container,
            RootPath = container.Paths.Merged,
            User = ContainerUser.Lookup(container.Paths.Merged, container.Config.User, host.GroupAdd),
            Capabilities = capabilities,
            Seccomp = SeccompFor(security, host.Privileged, capabilities),
            NoNewPrivileges = security.NoNewPrivileges ?? engine.Options.NoNewPrivilegesByDefault,
            CgroupsPath = CgroupPaths.Of(engine.Options, host, container.Id),
            Namespaces = Namespaces(host, sandbox),
            Mounts = [.. container.Mounts.Select(ToMount), .. EtcFiles.Of(container).Select(ToMount)],
            SharedMemorySource = SharedMemory(container),
            Devices = devices,
            DeviceRules = ResourceSpec.DeviceRules(host, rules),
            Ulimits = Ulimits(host),
            HasInit = HasInit(host),
            InitBinary = HasInit(host) ? engine.Options.InitPath : null,
            HostHostname = host.UtsMode == "host" ? Environment.MachineName : null,
        });
    }

    private bool HasInit(HostConfig host) => host.Init ?? engine.Options.InitByDefault;

    private Seccomp? SeccompFor(SecurityOptions security, bool privileged, IReadOnlyList<string> capabilities)
    {
        if (privileged && security.Seccomp is null)
        {
            return null;
        }

        string profile = security.Seccomp ?? engine.Options.SeccompProfile ?? SecurityOptions.Builtin;
        return profile switch
        {
            SecurityOptions.Unconfined => null,
            SecurityOptions.Builtin => engine.Seccomp.Builtin(capabilities),

            // The engine's own option names a file; a client sends the content.
            _ when profile.StartsWith('/') => engine.Seccomp.Custom(File.ReadAllText(profile), capabilities),
            _ => engine.Seccomp.Custom(profile, capabilities),
        };
    }

    private static (List<Device> Devices, List<DeviceRule> Rules) Devices(HostConfig host)
    {
        if (host.Privileged)
        {
            return (HostDevices.All(), []);
        }

        List<Device> devices = [];
        List<DeviceRule> rules = [];
        foreach (DeviceMapping mapping in host.Resources.Devices)
        {
            List<Device> resolved = HostDevices.Resolve(mapping);
            devices.AddRange(resolved);
            rules.AddRange(resolved.Select(device => HostDevices.Rule(device, mapping.CgroupPermissions)));
        }

        return (devices, rules);
    }

    private List<LinuxNamespace> Namespaces(HostConfig host, Sandbox? sandbox)
    {
        List<LinuxNamespace> namespaces = [new("mount")];
        Add("pid", host.PidMode, "pid");
        Add("ipc", host.IpcMode, "ipc");
        Add("uts", host.UtsMode, "uts");
        if (host.CgroupnsMode != "host")
        {
            namespaces.Add(new LinuxNamespace("cgroup"));
        }

        NamespaceMode network = NamespaceMode.Parse(host.NetworkMode);
        string? path = network.Container is { } other ? OfContainer(other, "net", network.Container) : sandbox?.NamespacePath;
        if (path is not null)
        {
            namespaces.Add(new LinuxNamespace("network", path));
        }

        return namespaces;

        void Add(string type, string text, string file)
        {
            NamespaceMode mode = NamespaceMode.Parse(text);
            if (!mode.IsHost)
            {
                namespaces.Add(new LinuxNamespace(type, mode.Container is null ? null : OfContainer(mode.Container, file, mode.Container)));
            }
        }
    }

    private string OfContainer(string name, string file, string asked)
    {
        ContainerSnapshot other = engine.Registry.Find(name).Snapshot;
        return other.State.HasProcess
            ? $"/proc/{other.State.Pid}/ns/{file}"
            : throw WharfException.Conflict($"cannot join namespace of a non running container: container {asked} is not running");
    }

    private static Mount ToMount(MountPoint point) => new()
    {
        Destination = point.Destination,
        Type = point.Type == "tmpfs" ? "tmpfs" : "bind",
        Source = point.Type == "tmpfs" ? "tmpfs" : BindSource(point),
        Options = point.Options,
    };

    private static Mount ToMount((string Source, string Target) file) =>
        new() { Destination = file.Target, Type = "bind", Source = file.Source, Options = ["rbind", "rprivate"] };

    private static string BindSource(MountPoint point)
    {
        if (Path.Exists(point.Source))
        {
            return point.Source;
        }

        if (!point.CreateSource)
        {
            throw MountPlanner.MissingSource(point.Source);
        }

        try
        {
            Directory.CreateDirectory(point.Source);
            return point.Source;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new WharfException(
                ErrorKind.Internal, $"error while creating mount source path '{point.Source}': {failure.Message}", failure);
        }
    }

    /// <returns>As <see cref="SpecInputs.SharedMemorySource"/>.</returns>
    private string? SharedMemory(ContainerSnapshot container)
    {
        NamespaceMode mode = NamespaceMode.Parse(container.HostConfig.IpcMode);
        switch (mode)
        {
            case { IsHost: true }:
                return DefaultMounts.SharedMemory;
            case { Mode: "none" }:
                return "";
            case { Container: { } name }:
                ContainerSnapshot other = engine.Registry.Find(name).Snapshot;
                return other.HostConfig.IpcMode == "shareable"
                    ? other.Paths.SharedMemory
                    : throw WharfException.Conflict(
                        $"cannot join IPC of a non-shareable container {name}: start it with --ipc shareable");
            case { Mode: "shareable" }:
                MountShared(container);
                return container.Paths.SharedMemory;
            default:
                return null;
        }
    }

    private static void MountShared(ContainerSnapshot container)
    {
        Directory.CreateDirectory(container.Paths.SharedMemory, WorldWritableSticky);
        MountTable.Detach(container.Paths.SharedMemory);
        TmpfsMount.Mount(container.Paths.SharedMemory, container.HostConfig.ShmSize);
    }

    private List<UlimitOption> Ulimits(HostConfig host)
    {
        var asked = host.Resources.Ulimits.Select(ulimit => ulimit.Name).ToHashSet(StringComparer.Ordinal);
        return [.. host.Resources.Ulimits, .. engine.Options.DefaultUlimits.Where(ulimit => !asked.Contains(ulimit.Name))];
    }
}
