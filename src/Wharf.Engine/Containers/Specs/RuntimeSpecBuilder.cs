using Wharf.Engine.Containers.Defaults;
using Wharf.Engine.Containers.Mounts;
using Wharf.Engine.Containers.Security;
using Wharf.Engine.Containers.Validation;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Engine.Containers.Specs;

/// <summary>A container as the runtime is told of it: <c>config.json</c>. A pure function, pinned by golden files.</summary>
internal static class RuntimeSpecBuilder
{
    internal const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private const string InitPath = "/sbin/docker-init";

    /// <summary>Mounts of ours that stay writable when the root is read-only: without them hardly a program runs.</summary>
    private static readonly string[] AlwaysWritable = ["/proc", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue"];

    internal static Spec Build(SpecInputs inputs)
    {
        ContainerConfig config = inputs.Container.Config;
        HostConfig host = inputs.Container.HostConfig;
        bool ownUts = inputs.Namespaces.Any(space => space.Type == "uts");
        return new Spec
        {
            Process = BuildProcess(inputs),
            Root = new Root { Path = inputs.RootPath, Readonly = host.ReadonlyRootfs },
            Hostname = ownUts ? config.Hostname : null,
            Domainname = ownUts && config.Domainname.Length > 0 ? config.Domainname : null,
            Mounts = BuildMounts(inputs),
            Annotations = Annotations(inputs),
            Linux = new LinuxSpec
            {
                UidMappings = inputs.UidMappings,
                GidMappings = inputs.GidMappings,
                Sysctl = Sysctls(host),
                Resources = ResourceSpec.Build(host, inputs.DeviceRules),
                CgroupsPath = inputs.CgroupsPath,
                Namespaces = inputs.Namespaces,
                Devices = inputs.Devices.Count == 0 ? null : inputs.Devices,
                Seccomp = inputs.Seccomp,
                MaskedPaths = host.MaskedPaths,
                ReadonlyPaths = host.ReadonlyPaths,
                RootfsPropagation = Propagation(inputs.Mounts),
            },
        };
    }

    private static IReadOnlyDictionary<string, string>? Annotations(SpecInputs inputs)
    {
        IReadOnlyDictionary<string, string> asked = inputs.Container.HostConfig.Annotations;
        return inputs is { HasInit: true, InitBinary: null }
            ? new Dictionary<string, string>(asked) { [WharfAnnotations.Init] = "true" }
            : asked.Count == 0 ? null : asked;
    }

    private static Process BuildProcess(SpecInputs inputs)
    {
        ContainerConfig config = inputs.Container.Config;
        HostConfig host = inputs.Container.HostConfig;
        return new Process
        {
            Terminal = config.Tty,
            ConsoleSize = config.Tty && host.ConsoleSize is { Rows: > 0, Columns: > 0 } size
                ? new Oci.RuntimeSpec.ConsoleSize((uint)size.Rows, (uint)size.Columns)
                : null,
            User = new User { Uid = inputs.User.Uid, Gid = inputs.User.Gid, AdditionalGids = inputs.User.AdditionalGids },
            Args = inputs.InitBinary is null ? inputs.Container.Arguments : [InitPath, "--", .. inputs.Container.Arguments],
            Env = Environment(config.Env, config.Tty, inputs.User, inputs.HostHostname ?? config.Hostname),
            Cwd = config.WorkingDir.Length == 0 ? "/" : config.WorkingDir,
            Capabilities = CapabilitiesFor(inputs.Capabilities, inputs.User.Uid),
            Rlimits = inputs.Ulimits.Count == 0 ? null : [.. inputs.Ulimits.Select(ToRlimit)],
            NoNewPrivileges = inputs.NoNewPrivileges,
            OomScoreAdj = host.OomScoreAdj,
        };
    }

    /// <summary>A user who is not root starts without effective capabilities; the bounding set still limits what setuid programs get.</summary>
    internal static Capabilities CapabilitiesFor(IReadOnlyList<string> capabilities, uint uid) => new()
    {
        Bounding = capabilities,
        Effective = uid == 0 ? capabilities : [],
        Permitted = uid == 0 ? capabilities : [],
        Inheritable = [],
        Ambient = [],
    };

    /// <summary>Docker's order: what the engine sets first, so that the container's own settings win.</summary>
    internal static IReadOnlyList<string> Environment(IReadOnlyList<string> own, bool tty, ContainerUser user, string? hostname)
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal);
        List<string> names = [];
        Set(DefaultPath);
        if (hostname is not null)
        {
            Set("HOSTNAME=" + hostname);
        }

        if (tty)
        {
            Set("TERM=xterm");
        }

        foreach (string variable in own)
        {
            Set(variable);
        }

        if (!variables.ContainsKey("HOME"))
        {
            Set("HOME=" + user.Home);
        }

        return [.. names.Select(name => variables[name]).OfType<string>()];

        void Set(string variable)
        {
            int end = variable.IndexOf('=', StringComparison.Ordinal);
            string name = end < 0 ? variable : variable[..end];
            if (!variables.ContainsKey(name))
            {
                names.Add(name);
            }

            // A bare name removes.
            variables[name] = end < 0 ? null : variable;
        }
    }

    /// <summary>Those of the network are set where the network is made.</summary>
    private static Dictionary<string, string>? Sysctls(HostConfig host)
    {
        var own = host.Sysctls.Where(sysctl => !RequestRules.IsNetworkSysctl(sysctl.Key)).ToDictionary();
        return own.Count == 0 ? null : own;
    }

    internal static Rlimit ToRlimit(UlimitOption ulimit) =>
        new("RLIMIT_" + ulimit.Name.ToUpperInvariant(), (ulong)ulimit.Soft, (ulong)ulimit.Hard);

    private static IReadOnlyList<Mount> BuildMounts(SpecInputs inputs)
    {
        HostConfig host = inputs.Container.HostConfig;
        List<Mount> own =
        [
            .. inputs.Mounts,
            .. host.Tmpfs.Select(tmpfs => new Mount
            {
                Destination = Path.GetFullPath(tmpfs.Key),
                Type = "tmpfs",
                Source = "tmpfs",
                Options = TmpfsOptions.Parse(tmpfs.Value),
            }),
        ];
        if (inputs.InitBinary is not null)
        {
            own.Add(new Mount { Destination = InitPath, Type = "bind", Source = inputs.InitBinary, Options = ["bind", "ro"] });
        }

        var taken = own.Select(mount => mount.Destination).ToHashSet(StringComparer.Ordinal);
        bool ownDev = taken.Contains("/dev");
        IEnumerable<Mount> ours = DefaultMounts.For(host.ShmSize)
            .Where(mount => !taken.Contains(mount.Destination) && !(ownDev && mount.Destination.StartsWith("/dev/", StringComparison.Ordinal)))
            .Select(mount => mount.Destination == DefaultMounts.SharedMemory ? SharedMemory(mount, inputs.SharedMemorySource) : mount)
            .OfType<Mount>()
            .Select(mount => WithAccess(mount, host));

        // Parents before what is mounted inside them.
        return [.. ours, .. own.OrderBy(mount => mount.Destination.Count(c => c == '/'))];
    }

    private static Mount? SharedMemory(Mount own, string? source) => source switch
    {
        null => own,
        "" => null,
        _ => new Mount { Destination = own.Destination, Type = "bind", Source = source, Options = ["rbind", "rprivate"] },
    };

    private static Mount WithAccess(Mount mount, HostConfig host)
    {
        if (host.ReadonlyRootfs && !AlwaysWritable.Contains(mount.Destination))
        {
            return mount with { Options = [.. (mount.Options ?? []).Except(["ro", "rw"]), "ro"] };
        }

        return host.Privileged && (mount.Type is "sysfs" or "cgroup")
            ? mount with { Options = [.. (mount.Options ?? []).Except(["ro"])] }
            : mount;
    }

    /// <summary>A shared or slave bind needs a root that lets mounts through.</summary>
    private static string? Propagation(IReadOnlyList<Mount> mounts)
    {
        IEnumerable<string> options = mounts.SelectMany(mount => mount.Options ?? []);
        return options.Any(option => option is "shared" or "rshared") ? "shared"
            : options.Any(option => option is "slave" or "rslave") ? "rslave"
            : null;
    }
}
