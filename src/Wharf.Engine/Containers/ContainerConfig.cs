namespace Wharf.Engine.Containers;

/// <summary>
/// What a container runs: the half of a create request that would be the same on any host. Immutable; after create it holds the image's
/// defaults merged with what was asked for.
/// </summary>
public sealed record ContainerConfig
{
    /// <summary>The image as the caller named it.</summary>
    public string Image { get; init; } = "";

    public IReadOnlyList<string>? Cmd { get; init; }

    /// <summary>Null takes the image's; a list of one empty string resets it to none.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary><c>NAME=value</c>; a bare <c>NAME</c> removes a variable that the image sets.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary><c>USER[:GROUP]</c>, names or numbers, looked up inside the container.</summary>
    public string User { get; init; } = "";

    public string WorkingDir { get; init; } = "";

    /// <summary>First 12 digits of the id when empty.</summary>
    public string Hostname { get; init; } = "";

    public string Domainname { get; init; } = "";
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public bool Tty { get; init; }

    /// <summary>Keep stdin open even when nobody is attached.</summary>
    public bool OpenStdin { get; init; }

    /// <summary>Close stdin for good when the first attached client closes its side.</summary>
    public bool StdinOnce { get; init; }

    public bool AttachStdin { get; init; }
    public bool AttachStdout { get; init; }
    public bool AttachStderr { get; init; }

    /// <summary><c>80/tcp</c>.</summary>
    public IReadOnlyList<string> ExposedPorts { get; init; } = [];

    /// <summary>Paths that get an anonymous volume.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>Name or number; SIGTERM when null.</summary>
    public string? StopSignal { get; init; }

    /// <summary>Seconds between the stop signal and SIGKILL; 10 when null, -1 waits for ever.</summary>
    public int? StopTimeout { get; init; }

    public HealthCheck? HealthCheck { get; init; }
    public IReadOnlyList<string>? Shell { get; init; }
    public bool NetworkDisabled { get; init; }
    public string? MacAddress { get; init; }
}

/// <summary>Docker's health check, as it was asked for. Times in nanoseconds, 0 means the default.</summary>
public sealed record HealthCheck
{
    /// <summary><c>["CMD", …]</c>, <c>["CMD-SHELL", line]</c> or <c>["NONE"]</c>.</summary>
    public IReadOnlyList<string> Test { get; init; } = [];

    public long Interval { get; init; }
    public long Timeout { get; init; }
    public long StartPeriod { get; init; }
    public long StartInterval { get; init; }
    public int Retries { get; init; }
}
