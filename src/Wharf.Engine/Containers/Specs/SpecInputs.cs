using Wharf.Engine.Containers.Security;
using Wharf.Oci.RuntimeSpec;

namespace Wharf.Engine.Containers.Specs;

/// <summary>Everything a spec is made from. With it, <see cref="RuntimeSpecBuilder"/> needs neither kernel nor disk.</summary>
internal sealed record SpecInputs
{
    internal required ContainerSnapshot Container { get; init; }

    /// <summary>Where the root is mounted.</summary>
    internal required string RootPath { get; init; }

    internal required ContainerUser User { get; init; }
    internal required IReadOnlyList<string> Capabilities { get; init; }
    internal Seccomp? Seccomp { get; init; }
    internal bool NoNewPrivileges { get; init; }
    internal required string CgroupsPath { get; init; }

    /// <summary>Namespaces to make or to join; a kind that is absent is the host's.</summary>
    internal required IReadOnlyList<LinuxNamespace> Namespaces { get; init; }

    /// <summary>The files and volumes to mount, in any order.</summary>
    internal required IReadOnlyList<Mount> Mounts { get; init; }

    /// <summary>A shared /dev/shm on the host; null gives the container its own, empty gives it none.</summary>
    internal string? SharedMemorySource { get; init; }

    internal IReadOnlyList<Device> Devices { get; init; } = [];
    internal required IReadOnlyList<DeviceRule> DeviceRules { get; init; }
    internal IReadOnlyList<UlimitOption> Ulimits { get; init; } = [];
    internal IReadOnlyList<IdMapping>? UidMappings { get; init; }
    internal IReadOnlyList<IdMapping>? GidMappings { get; init; }

    /// <summary>PID 1 is an init that forwards signals and reaps, not the command.</summary>
    internal bool HasInit { get; init; }

    /// <summary>An init program on the host, bind-mounted and put before the command; null takes the runtime's own.</summary>
    internal string? InitBinary { get; init; }

    /// <summary>The host's own name, for containers in its UTS namespace.</summary>
    internal string? HostHostname { get; init; }
}
