namespace Wharf.Engine.Images;

/// <summary>An image as containers see it: its identity, its defaults, and where its files are.</summary>
public sealed record ResolvedImage
{
    /// <summary>Digest of the config, with algorithm: <c>sha256:…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The reference it was found by, in familiar form (<c>debian:bookworm</c>), or the id.</summary>
    public required string Reference { get; init; }

    public required string Os { get; init; }
    public required string Architecture { get; init; }
    public string? Variant { get; init; }
    public required ImageDefaults Defaults { get; init; }

    /// <summary>Read-only layer directories (<c>…/diff</c>) for overlayfs, topmost first.</summary>
    public required IReadOnlyList<string> LayerDirectories { get; init; }
}

/// <summary>The <c>config</c> object of an image (image-spec, config.md), which a container's own settings override.</summary>
public sealed record ImageDefaults
{
    public string? User { get; init; }
    public IReadOnlyList<string> Env { get; init; } = [];
    public IReadOnlyList<string>? Entrypoint { get; init; }
    public IReadOnlyList<string>? Cmd { get; init; }
    public string? WorkingDir { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>As written: <c>80/tcp</c>.</summary>
    public IReadOnlyList<string> ExposedPorts { get; init; } = [];

    public string? StopSignal { get; init; }
    public IReadOnlyList<string>? Shell { get; init; }
    public ImageHealthCheck? HealthCheck { get; init; }
}

/// <summary>Docker's extension to the image config. Times in nanoseconds; 0 means Docker's default.</summary>
public sealed record ImageHealthCheck(IReadOnlyList<string> Test, long Interval, long Timeout, long StartPeriod, long StartInterval, int Retries);

/// <summary>What containers need of images. Implemented by <c>ImageService</c>. Images never know containers: use is told to them.</summary>
public interface IImageResolver
{
    /// <summary>Finds an image by name, tag, digest, id or id prefix.</summary>
    /// <param name="platform"><c>os/arch[/variant]</c> that it must be of, or null.</param>
    /// <exception cref="WharfException">NotFound, in Docker's words: <c>No such image: x:latest</c>.</exception>
    ResolvedImage Resolve(string reference, string? platform = null);

    /// <summary>Records that a container uses an image, so that its layers stay. Rows are removed by <see cref="Release"/>.</summary>
    void Acquire(string imageId, string containerId);

    void Release(string containerId);

    /// <summary>Makes an image of a directory that a container wrote on top of another.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="WharfException">NotFound, InvalidArgument.</exception>
    Task<string> CommitAsync(CommitRequest request, CancellationToken cancellationToken);
}
