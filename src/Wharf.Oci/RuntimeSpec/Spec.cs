namespace Wharf.Oci.RuntimeSpec;

/// <summary>A bundle's <c>config.json</c> (OCI runtime-spec 1.3, config.md and config-linux.md).</summary>
public sealed record Spec
{
    public string OciVersion { get; init; } = "1.3.0";
    public Process? Process { get; init; }
    public Root? Root { get; init; }
    public string? Hostname { get; init; }
    public string? Domainname { get; init; }
    public IReadOnlyList<Mount>? Mounts { get; init; }
    public Hooks? Hooks { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
    public LinuxSpec? Linux { get; init; }
}

public sealed record Process
{
    public bool Terminal { get; init; }
    public ConsoleSize? ConsoleSize { get; init; }
    public User User { get; init; } = new();
    public IReadOnlyList<string>? Args { get; init; }
    public IReadOnlyList<string>? Env { get; init; }
    public string Cwd { get; init; } = "/";
    public Capabilities? Capabilities { get; init; }
    public IReadOnlyList<Rlimit>? Rlimits { get; init; }
    public bool NoNewPrivileges { get; init; }
    public string? ApparmorProfile { get; init; }
    public int? OomScoreAdj { get; init; }
    public string? SelinuxLabel { get; init; }
    public IoPriority? IoPriority { get; init; }
    public Scheduler? Scheduler { get; init; }
}

public sealed record ConsoleSize(uint Height, uint Width);

public sealed record User
{
    public uint Uid { get; init; }
    public uint Gid { get; init; }
    public uint? Umask { get; init; }
    public IReadOnlyList<uint>? AdditionalGids { get; init; }
}

public sealed record Capabilities
{
    public IReadOnlyList<string>? Bounding { get; init; }
    public IReadOnlyList<string>? Effective { get; init; }
    public IReadOnlyList<string>? Inheritable { get; init; }
    public IReadOnlyList<string>? Permitted { get; init; }
    public IReadOnlyList<string>? Ambient { get; init; }
}

/// <param name="Type"><c>RLIMIT_NOFILE</c> and so on.</param>
public sealed record Rlimit(string Type, ulong Soft, ulong Hard);

[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711", Justification = "The specification's own name.")]
public sealed record IoPriority
{
    public string? Class { get; init; }
    public int Priority { get; init; }
}

public sealed record Scheduler
{
    public string? Policy { get; init; }
    public int? Nice { get; init; }
    public int? Priority { get; init; }
    public IReadOnlyList<string>? Flags { get; init; }
    public ulong? Runtime { get; init; }
    public ulong? Deadline { get; init; }
    public ulong? Period { get; init; }
}

public sealed record Root
{
    public string Path { get; init; } = "rootfs";
    public bool Readonly { get; init; }
}

public sealed record Mount
{
    public string Destination { get; init; } = "";
    public string? Type { get; init; }
    public string? Source { get; init; }
    public IReadOnlyList<string>? Options { get; init; }
    public IReadOnlyList<IdMapping>? UidMappings { get; init; }
    public IReadOnlyList<IdMapping>? GidMappings { get; init; }
}

public sealed record Hooks
{
    public IReadOnlyList<Hook>? Prestart { get; init; }
    public IReadOnlyList<Hook>? CreateRuntime { get; init; }
    public IReadOnlyList<Hook>? CreateContainer { get; init; }
    public IReadOnlyList<Hook>? StartContainer { get; init; }
    public IReadOnlyList<Hook>? Poststart { get; init; }
    public IReadOnlyList<Hook>? Poststop { get; init; }
}

/// <param name="Timeout">Seconds before the hook is killed; none when absent.</param>
public sealed record Hook(string Path, IReadOnlyList<string>? Args = null, IReadOnlyList<string>? Env = null, int? Timeout = null);
