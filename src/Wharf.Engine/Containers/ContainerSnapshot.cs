using Wharf.Engine.Networks;

namespace Wharf.Engine.Containers;

/// <summary>
/// A container at one instant, complete and immutable. Readers never wait for writers: every change publishes a new snapshot, and the same
/// reference means that nothing has changed (so that what is made from it may be cached).
/// </summary>
public sealed record ContainerSnapshot
{
    public required string Id { get; init; }

    /// <summary>Without Docker's leading slash.</summary>
    public required string Name { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>Digest of the image's config, with algorithm.</summary>
    public required string ImageId { get; init; }

    /// <summary><c>os/arch[/variant]</c> of the image.</summary>
    public required string Platform { get; init; }

    public required ContainerConfig Config { get; init; }
    public required HostConfig HostConfig { get; init; }

    /// <summary>Networks asked for, by name.</summary>
    public required IReadOnlyDictionary<string, EndpointSettings> Endpoints { get; init; }

    public required IReadOnlyList<MountPoint> Mounts { get; init; }
    public required ContainerState State { get; init; }
    public int RestartCount { get; init; }

    /// <summary>Network as it is; null when not running.</summary>
    public Sandbox? Sandbox { get; init; }

    public IReadOnlyList<string> ExecIds { get; init; } = [];

    /// <summary>Where its files are.</summary>
    public required ContainerPaths Paths { get; init; }

    /// <summary>Entrypoint and command as they will be executed.</summary>
    public IReadOnlyList<string> Arguments => [.. Config.Entrypoint ?? [], .. Config.Cmd ?? []];
}

/// <summary>Where a container's files are.</summary>
public sealed record ContainerPaths(string Root, string Run)
{
    internal static ContainerPaths Of(EngineOptions options, string id) =>
        new($"{options.Root}/containers/{id}", $"{options.RunDirectory}/containers/{id}");

    public string Upper => Root + "/upper";
    public string Work => Root + "/work";

    /// <summary>Where the root filesystem is mounted while the container runs.</summary>
    public string Merged => Root + "/merged";

    /// <summary>/dev/shm of a container that shares it (<c>--ipc shareable</c>).</summary>
    public string SharedMemory => Root + "/shm";

    public string Hostname => Root + "/hostname";
    public string Hosts => Root + "/hosts";
    public string ResolvConf => Root + "/resolv.conf";

    /// <summary>The current json-file log; rotated ones have <c>.1</c>, <c>.2</c> appended.</summary>
    public string Log => $"{Root}/{Path.GetFileName(Root)}-json.log";
}

/// <summary>One mount that the user asked for or the image declares, as <c>inspect</c> shows it.</summary>
public sealed record MountPoint
{
    /// <summary>bind, volume or tmpfs.</summary>
    public required string Type { get; init; }

    /// <summary>Volume name; empty otherwise.</summary>
    public string Name { get; init; } = "";

    /// <summary>Path on the host.</summary>
    public string Source { get; init; } = "";

    public required string Destination { get; init; }
    public string Driver { get; init; } = "";

    /// <summary>As written: <c>ro,z</c>.</summary>
    public string Mode { get; init; } = "";

    public bool Writable { get; init; } = true;
    public string Propagation { get; init; } = "";

    /// <summary>Mount options as the runtime takes them (OCI config.md): <c>rbind</c>, <c>ro</c>, <c>rprivate</c>, …</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Make the source if it is missing (<c>-v</c>); otherwise its absence is an error (<c>--mount</c>).</summary>
    public bool CreateSource { get; init; }
}
