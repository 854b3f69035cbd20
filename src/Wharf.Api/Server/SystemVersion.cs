namespace Wharf.Api.Server;

/// <summary>Answer of <c>GET /version</c>.</summary>
public sealed class SystemVersion
{
    public NamedPlatform Platform { get; set; } = new();
    public IReadOnlyList<ComponentVersion> Components { get; set; } = [];
    public string Version { get; set; } = "";
    public string ApiVersion { get; set; } = "";
    public string MinAPIVersion { get; set; } = "";
    public string GitCommit { get; set; } = "";

    /// <summary>The runtime the engine was built with: ours is not Go, and says so.</summary>
    public string GoVersion { get; set; } = "";

    public string Os { get; set; } = "";
    public string Arch { get; set; } = "";
    public string KernelVersion { get; set; } = "";
    public bool? Experimental { get; set; }
    public string? BuildTime { get; set; }
}

public sealed class NamedPlatform
{
    public string Name { get; set; } = "";
}

public sealed class ComponentVersion
{
    public string Name { get; set; } = "";
    public string Version { get; set; } = "";
    public IReadOnlyDictionary<string, string>? Details { get; set; }
}
