namespace Wharf.Api.Containers;

/// <summary>One element of <c>GET /containers/{id}/changes</c>.</summary>
public sealed class FilesystemChange
{
    public string Path { get; set; } = "";

    /// <summary>0 modified, 1 added, 2 deleted.</summary>
    public int Kind { get; set; }
}

/// <summary>What <c>X-Docker-Container-Path-Stat</c> carries, as base64 of JSON (<c>docker cp</c>).</summary>
public sealed class PathStat
{
    [JsonPropertyName("name")]
    public string Name { get; set; } = "";

    [JsonPropertyName("size")]
    public long Size { get; set; }

    /// <summary>Go's <c>os.FileMode</c>: its own bits for directory, symlink and so on.</summary>
    [JsonPropertyName("mode")]
    public uint Mode { get; set; }

    [JsonPropertyName("mtime")]
    public string Mtime { get; set; } = "";

    [JsonPropertyName("linkTarget")]
    public string LinkTarget { get; set; } = "";
}
