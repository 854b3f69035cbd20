namespace Wharf.Engine.Containers.Mounts;

/// <summary>A mount that has been checked but not made: volumes are acquired only when the whole request is known to be good.</summary>
internal sealed record PlannedMount
{
    /// <summary>The mount as it will be shown; of a volume, name and source may still be empty.</summary>
    internal required MountPoint Point { get; init; }

    internal string VolumeDriver { get; init; } = "";
    internal IReadOnlyDictionary<string, string> VolumeOptions { get; init; } = new Dictionary<string, string>();
    internal IReadOnlyDictionary<string, string> VolumeLabels { get; init; } = new Dictionary<string, string>();
    internal string? VolumeSubpath { get; init; }

    /// <summary>Leave a new volume empty instead of filling it from the image.</summary>
    internal bool NoCopy { get; init; }
}
