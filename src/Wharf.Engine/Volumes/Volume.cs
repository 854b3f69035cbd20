namespace Wharf.Engine.Volumes;

/// <summary>A volume at one instant.</summary>
public sealed record Volume
{
    /// <summary>Docker's mark of a volume that nobody named: it goes with its container, and with a plain prune.</summary>
    public const string AnonymousLabel = "com.docker.volume.anonymous";

    public required string Name { get; init; }
    public required string Driver { get; init; }
    public required DateTimeOffset Created { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Options of the driver, as given at create.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>The directory that containers see.</summary>
    public required string Mountpoint { get; init; }

    /// <summary>Ids of the containers that mount it, running or not.</summary>
    public IReadOnlySet<string> Users { get; init; } = new HashSet<string>();

    public bool IsAnonymous => Labels.ContainsKey(AnonymousLabel);
}

/// <summary>What <c>POST /volumes/create</c> says.</summary>
public sealed record VolumeRequest
{
    /// <summary>Null or empty makes an anonymous one.</summary>
    public string? Name { get; init; }

    /// <summary>Null or empty is <c>local</c>.</summary>
    public string? Driver { get; init; }

    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

/// <param name="SpaceReclaimed">Bytes.</param>
public sealed record VolumePruneResult(IReadOnlyList<string> Deleted, long SpaceReclaimed);
