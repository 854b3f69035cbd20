namespace Wharf.Api.Images;

/// <summary>One element of <c>GET /images/json</c>.</summary>
public sealed class ImageSummary
{
    public string Id { get; set; } = "";
    public string ParentId { get; set; } = "";
    public IReadOnlyList<string> RepoTags { get; set; } = [];
    public IReadOnlyList<string> RepoDigests { get; set; } = [];

    /// <summary>Unix seconds.</summary>
    public long Created { get; set; }

    public long Size { get; set; }

    /// <summary>-1 when it was not asked for.</summary>
    public long SharedSize { get; set; } = -1;

    /// <summary>Same as <see cref="Size"/>; gone from API 1.44 on.</summary>
    public long? VirtualSize { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyDictionary<string, string>? Labels { get; set; }

    /// <summary>-1 when it was not counted.</summary>
    public long Containers { get; set; } = -1;

    public Descriptor? Descriptor { get; set; }

    /// <summary>Only when <c>manifests</c> was asked for (API 1.47).</summary>
    public IReadOnlyList<ImageManifestSummary>? Manifests { get; set; }
}

/// <summary>One platform's part of an image.</summary>
public sealed class ImageManifestSummary
{
    public string ID { get; set; } = "";
    public Descriptor Descriptor { get; set; } = new();
    public bool Available { get; set; } = true;
    public ManifestSize Size { get; set; } = new();
    public string Kind { get; set; } = "image";
    public ManifestImageData? ImageData { get; set; }
}

/// <summary>Bytes on disk: of what is stored as it came, and of all together.</summary>
public sealed class ManifestSize
{
    public long Total { get; set; }
    public long Content { get; set; }
}

public sealed class ManifestImageData
{
    public Platform Platform { get; set; } = new();

    /// <summary>Ids of the containers that use it.</summary>
    public IReadOnlyList<string> Containers { get; set; } = [];

    public UnpackedSize Size { get; set; } = new();
}

public sealed class UnpackedSize
{
    public long Unpacked { get; set; }
}
