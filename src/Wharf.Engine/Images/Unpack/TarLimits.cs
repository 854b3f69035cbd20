namespace Wharf.Engine.Images.Unpack;

/// <summary>How much an archive may ask for. Far above every real image, far below what would take a machine down.</summary>
public sealed record TarLimits
{
    public static TarLimits Default { get; } = new();

    /// <summary>Extended header or long name.</summary>
    public int HeaderBytes { get; init; } = 1 << 20;

    /// <summary>The kernel takes no longer path (PATH_MAX).</summary>
    public int NameBytes { get; init; } = 4096;

    public int Entries { get; init; } = 10_000_000;

    /// <summary>Of all files together, holes included.</summary>
    public long TotalBytes { get; init; } = 1L << 40;

    /// <summary>Pieces of one sparse file.</summary>
    public int Extents { get; init; } = 100_000;
}
