using Microsoft.Win32.SafeHandles;
using Wharf.Linux.Cgroups;
using Wharf.Linux.Namespaces;
using Wharf.Linux.Processes;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Runtime.Create;

/// <summary>An existing namespace that the container joins.</summary>
internal sealed record JoinedNamespace(NamespaceFlags Kind, string Path, SafeFileHandle File)
{
    internal int Descriptor => (int)File.DangerousGetHandle();
}

/// <summary>
/// A bundle, checked and resolved: what both sides work from. Whatever can be wrong with a configuration is found here, before the kernel is
/// touched; paths that only the child can resolve are left to it.
/// </summary>
internal sealed class ContainerPlan : IDisposable
{
    private static readonly Device[] DefaultDevices =
    [
        Character("/dev/null", 1, 3), Character("/dev/zero", 1, 5), Character("/dev/full", 1, 7),
        Character("/dev/random", 1, 8), Character("/dev/urandom", 1, 9), Character("/dev/tty", 5, 0),
    ];

    private readonly List<JoinedNamespace> _joined = [];

    internal ContainerPlan(CreateRequest request, Cgroup cgroup, int socket)
    {
        Id = request.Id;
        Spec = request.Spec;
        Linux = Spec.Linux ?? new LinuxSpec();
        Process = Spec.Process ?? throw new RuntimeFailure("process: is required");
        Bundle = request.Bundle;
        Cgroup = cgroup;
        Socket = socket;
        Stdio = Process.Terminal ? null : request.Streams;
        StartDescriptor = request.StartFifo is { } fifo ? (int)fifo.DangerousGetHandle() : socket;
        PreservedDescriptors = request.PreservedDescriptors;
        NoPivot = request.NoPivot;
        NoNewKeyring = request.NoNewKeyring;
        if (!Process.Cwd.StartsWith('/'))
        {
            throw new RuntimeFailure($"process.cwd: '{Process.Cwd}' is not an absolute path");
        }

        RootDirectory = Path.GetFullPath(Path.Combine(Bundle, (Spec.Root ?? throw new RuntimeFailure("root: is required")).Path));
        if (!Directory.Exists(RootDirectory))
        {
            throw new RuntimeFailure($"root.path: {RootDirectory} is not a directory");
        }

        foreach (Mount mount in Spec.Mounts ?? [])
        {
            MountRules.Check(mount);
        }

        SortNamespaces();
        RequireOwnNamespaces();
        if ((Linux.UidMappings is { Count: > 0 }) && !HasUserNamespace)
        {
            throw new RuntimeFailure("linux.uidMappings: need a user namespace");
        }

        Devices = [.. DefaultDevices.Where(device => !(Linux.Devices ?? []).Any(own => own.Path == device.Path)), .. Linux.Devices ?? []];
        Environment = ProcessSteps.EnvironmentOf(Process);
        if (Linux.Seccomp is { } profile)
        {
            Filter = new InstalledFilter(SeccompCompiler.Compile(profile, request.SeccompCache), SeccompCompiler.Flags(profile));
        }
    }

    internal string Id { get; }

    internal Spec Spec { get; }

    internal LinuxSpec Linux { get; }

    internal Process Process { get; }

    internal string Bundle { get; }

    internal string RootDirectory { get; }

    internal Cgroup Cgroup { get; }

    /// <summary>The child's end of the handshake.</summary>
    internal int Socket { get; }

    /// <summary>What the child reads one byte from before it executes the program.</summary>
    internal int StartDescriptor { get; }

    internal StandardStreams? Stdio { get; }

    internal int PreservedDescriptors { get; }

    internal bool NoPivot { get; }

    internal bool NoNewKeyring { get; }

    internal InstalledFilter? Filter { get; }

    internal IReadOnlyList<Device> Devices { get; }

    internal IReadOnlyList<string> Environment { get; }

    /// <summary>Namespaces made with the clone.</summary>
    internal NamespaceFlags New { get; private set; }

    /// <summary>Made later, once the process is in its group.</summary>
    internal bool NewCgroupNamespace { get; private set; }

    internal IReadOnlyList<JoinedNamespace> Joined => _joined;

    /// <summary>A pid namespace to join; it takes effect for children only, so the host side does it.</summary>
    internal JoinedNamespace? JoinedPid { get; private set; }

    internal bool HasUserNamespace => Has(NamespaceFlags.User);

    internal bool HasHooksBeforePivot =>
        Spec.Hooks is { } hooks && (hooks.Prestart is { Count: > 0 } || hooks.CreateRuntime is { Count: > 0 } || hooks.CreateContainer is { Count: > 0 });

    public void Dispose()
    {
        foreach (JoinedNamespace joined in _joined)
        {
            joined.File.Dispose();
        }

        JoinedPid?.File.Dispose();
    }

    private static Device Character(string path, long major, long minor) => new() { Path = path, Type = "c", Major = major, Minor = minor, FileMode = 0x1b6 };

    /// <summary>What would otherwise change the host.</summary>
    private void RequireOwnNamespaces()
    {
        if (!New.HasFlag(NamespaceFlags.Mount))
        {
            throw new RuntimeFailure("linux.namespaces: a container needs a mount namespace of its own");
        }

        if ((Spec.Hostname is { Length: > 0 } || Spec.Domainname is { Length: > 0 }) && !Has(NamespaceFlags.Uts))
        {
            throw new RuntimeFailure("hostname: unable to set hostname without a private UTS namespace");
        }

        foreach (string sysctl in Linux.Sysctl?.Keys ?? [])
        {
            if (Sysctls.NamespaceOf(sysctl) is not { } kind || !Has(kind))
            {
                throw new RuntimeFailure($"linux.sysctl: sysctl \"{sysctl}\" is not in a separate kernel namespace");
            }
        }
    }

    private bool Has(NamespaceFlags kind) => New.HasFlag(kind) || _joined.Any(joined => joined.Kind == kind);

    private void SortNamespaces()
    {
        HashSet<string> seen = [];
        foreach (LinuxNamespace entry in Linux.Namespaces ?? [])
        {
            if (!seen.Add(entry.Type))
            {
                throw new RuntimeFailure($"linux.namespaces: '{entry.Type}' is listed twice");
            }

            NamespaceFlags kind = entry.Type switch
            {
                "pid" => NamespaceFlags.Pid,
                "network" => NamespaceFlags.Network,
                "mount" => NamespaceFlags.Mount,
                "ipc" => NamespaceFlags.Ipc,
                "uts" => NamespaceFlags.Uts,
                "user" => NamespaceFlags.User,
                "cgroup" => NamespaceFlags.Cgroup,
                _ => throw new RuntimeFailure($"linux.namespaces: type '{entry.Type}' is not known to this runtime"),
            };
            if (!string.IsNullOrEmpty(entry.Path))
            {
                var joined = new JoinedNamespace(kind, entry.Path, NamespaceFile.Open(entry.Path));
                if (kind == NamespaceFlags.Pid)
                {
                    JoinedPid = joined;
                }
                else if (kind == NamespaceFlags.User)
                {
                    _joined.Insert(0, joined);
                }
                else
                {
                    _joined.Add(joined);
                }
            }
            else if (kind == NamespaceFlags.Cgroup)
            {
                NewCgroupNamespace = true;
            }
            else
            {
                New |= kind;
            }
        }
    }
}
