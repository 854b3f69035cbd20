using Wharf.Api.Common;
using Wharf.Api.Containers;

namespace Wharf.Api.Images;

/// <summary>Answer of <c>GET /images/{name}/json</c>.</summary>
public sealed class ImageInspect
{
    public string Id { get; set; } = "";
    public Descriptor? Descriptor { get; set; }
    public IReadOnlyList<string> RepoTags { get; set; } = [];
    public IReadOnlyList<string> RepoDigests { get; set; } = [];
    public string? Parent { get; set; } = "";
    public string? Comment { get; set; } = "";
    public string? Created { get; set; }
    public string? DockerVersion { get; set; }
    public string? Author { get; set; } = "";
    public ImageConfig? Config { get; set; }
    public string Architecture { get; set; } = "";
    public string? Variant { get; set; }
    public string Os { get; set; } = "";
    public string? OsVersion { get; set; }
    public long Size { get; set; }

    /// <summary>Same as <see cref="Size"/>; gone from API 1.44 on.</summary>
    public long? VirtualSize { get; set; }

    public GraphDriver? GraphDriver { get; set; }
    public RootFs RootFS { get; set; } = new();
    public ImageMetadata Metadata { get; set; } = new();
}

/// <summary>What containers made from the image inherit.</summary>
public sealed class ImageConfig
{
    public string? User { get; set; }
    public IReadOnlyDictionary<string, EmptyObject>? ExposedPorts { get; set; }
    public IReadOnlyList<string>? Env { get; set; }

    [JsonConverter(typeof(StringListConverter))]
    public IReadOnlyList<string>? Entrypoint { get; set; }

    [JsonConverter(typeof(StringListConverter))]
    public IReadOnlyList<string>? Cmd { get; set; }

    public IReadOnlyDictionary<string, EmptyObject>? Volumes { get; set; }
    public string? WorkingDir { get; set; }
    public IReadOnlyDictionary<string, string>? Labels { get; set; }
    public string? StopSignal { get; set; }
    public HealthConfig? Healthcheck { get; set; }
    public bool? ArgsEscaped { get; set; }
    public IReadOnlyList<string>? OnBuild { get; set; }

    [JsonConverter(typeof(StringListConverter))]
    public IReadOnlyList<string>? Shell { get; set; }
}

public sealed class RootFs
{
    public string Type { get; set; } = "layers";

    /// <summary>Digests of the uncompressed layers, lowest first.</summary>
    public IReadOnlyList<string>? Layers { get; set; }
}

public sealed class ImageMetadata
{
    public string LastTagTime { get; set; } = "0001-01-01T00:00:00Z";
}
