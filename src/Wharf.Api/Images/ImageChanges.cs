namespace Wharf.Api.Images;

/// <summary>One element of <c>GET /images/{name}/history</c>, newest first.</summary>
public sealed class ImageHistoryItem
{
    /// <summary><c>&lt;missing&gt;</c> for all but the newest of an image that was pulled.</summary>
    public string Id { get; set; } = "";

    /// <summary>Unix seconds.</summary>
    public long Created { get; set; }

    public string CreatedBy { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? Tags { get; set; }

    public long Size { get; set; }
    public string Comment { get; set; } = "";
}

/// <summary>One element of the answer of <c>DELETE /images/{name}</c>: one of the two is set.</summary>
public sealed class ImageDeleteItem
{
    public string? Untagged { get; set; }
    public string? Deleted { get; set; }
}

/// <summary>Answer of <c>POST /images/prune</c>.</summary>
public sealed class ImagePruneResponse
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<ImageDeleteItem>? ImagesDeleted { get; set; }

    public long SpaceReclaimed { get; set; }
}

/// <summary>One element of <c>GET /images/search</c>.</summary>
public sealed class ImageSearchItem
{
    [JsonPropertyName("description")]
    public string Description { get; set; } = "";

    [JsonPropertyName("is_official")]
    public bool IsOfficial { get; set; }

    [JsonPropertyName("is_automated")]
    public bool IsAutomated { get; set; }

    [JsonPropertyName("name")]
    public string Name { get; set; } = "";

    [JsonPropertyName("star_count")]
    public int StarCount { get; set; }
}
