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
}
