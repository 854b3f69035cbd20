namespace Wharf.Engine.Images.Layers;

/// <summary>How a directory becomes a layer.</summary>
public sealed record AdoptOptions
{
    public static AdoptOptions Default { get; } = new();

    /// <summary>
    /// Times of modification later than this, in seconds since 1970, are set to it, so that the same build gives the same layer
    /// (SOURCE_DATE_EPOCH of reproducible-builds.org). Null leaves all as they are.
    /// </summary>
    public long? LatestModified { get; init; }
}
