namespace Wharf.Api.Containers;

/// <summary>A mount as asked for (<c>--mount</c>).</summary>
public sealed class Mount
{
    /// <summary><c>bind</c>, <c>volume</c>, <c>tmpfs</c> or <c>image</c>.</summary>
    public string? Type { get; set; }

    public string? Source { get; set; }
    public string? Target { get; set; }
    public bool? ReadOnly { get; set; }
    public string? Consistency { get; set; }
    public BindOptions? BindOptions { get; set; }
    public VolumeOptions? VolumeOptions { get; set; }
    public ImageOptions? ImageOptions { get; set; }
    public TmpfsOptions? TmpfsOptions { get; set; }
}

public sealed class BindOptions
{
    public string? Propagation { get; set; }
    public bool? NonRecursive { get; set; }
    public bool? CreateMountpoint { get; set; }
    public bool? ReadOnlyNonRecursive { get; set; }
    public bool? ReadOnlyForceRecursive { get; set; }
}

public sealed class VolumeOptions
{
    public bool? NoCopy { get; set; }
    public IReadOnlyDictionary<string, string>? Labels { get; set; }
    public string? Subpath { get; set; }
    public VolumeDriverConfig? DriverConfig { get; set; }
}

public sealed class VolumeDriverConfig
{
    public string? Name { get; set; }
    public IReadOnlyDictionary<string, string>? Options { get; set; }
}

public sealed class ImageOptions
{
    public string? Subpath { get; set; }
}

public sealed class TmpfsOptions
{
    public long? SizeBytes { get; set; }

    /// <summary>Permission bits, as a decimal number.</summary>
    public uint? Mode { get; set; }

    /// <summary>Each a flag, or a key and its value.</summary>
    public IReadOnlyList<IReadOnlyList<string>>? Options { get; set; }
}

/// <summary>A mount as it is, in <c>inspect</c> and <c>ps</c>.</summary>
public sealed class MountPoint
{
    public string? Type { get; set; }
    public string? Name { get; set; }
    public string Source { get; set; } = "";
    public string Destination { get; set; } = "";
    public string? Driver { get; set; }
    public string Mode { get; set; } = "";
    public bool RW { get; set; }
    public string Propagation { get; set; } = "";
}
