using Wharf.Engine.Builds.Context;
using Wharf.Engine.Containers;
using Wharf.Engine.Images.Registry.Auth;
using Wharf.Oci;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Builds;

/// <summary>What a client asks of a build. Immutable; names and meanings are those of <c>docker build</c>'s options.</summary>
public sealed record BuildRequest
{
    /// <summary>The files to build from. The caller keeps it alive until the build has returned, and disposes of it then.</summary>
    public required IBuildContext Context { get; init; }

    /// <summary>Path of the Dockerfile inside the context.</summary>
    public string Dockerfile { get; init; } = "Dockerfile";

    /// <summary>The Dockerfile itself, when it is not a file of the context; it wins over <see cref="Dockerfile"/>, which then only names it.</summary>
    public byte[]? DockerfileText { get; init; }

    /// <summary>Names that the image gets once it is whole.</summary>
    public IReadOnlyList<ImageReference> Tags { get; init; } = [];

    /// <summary>A null value is as if the argument were not given.</summary>
    public IReadOnlyDictionary<string, string?> BuildArgs { get; init; } = new Dictionary<string, string?>();

    /// <summary>Stage to build, by name or number; the last one when null.</summary>
    public string? Target { get; init; }

    public bool NoCache { get; init; }

    /// <summary>Stages whose steps are run again whatever the cache has.</summary>
    public IReadOnlyList<string> NoCacheFilters { get; init; } = [];

    /// <summary>Ask the registry for a newer base image even when there is one here.</summary>
    public bool Pull { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Network of RUN steps that name none: default, bridge, host, none or a network's name.</summary>
    public string NetworkMode { get; init; } = "";

    /// <summary><c>name:address</c>.</summary>
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    /// <summary>Of each RUN step.</summary>
    public ResourceLimits Limits { get; init; } = new();

    /// <summary>Bytes of /dev/shm; 0 takes the engine's default.</summary>
    public long ShmSize { get; init; }

    public string CgroupParent { get; init; } = "";

    /// <summary>One layer on top of the base image instead of one for each step.</summary>
    public bool Squash { get; init; }

    /// <summary>
    /// Images whose history may answer for steps; those that are not here are pulled. The cache knows every step built here, so it only
    /// matters for images from elsewhere.
    /// </summary>
    public IReadOnlyList<string> CacheFrom { get; init; } = [];

    /// <summary>Platform to build for; the host's when null.</summary>
    public Platform? Platform { get; init; }

    /// <summary>By id, for <c>RUN --mount=type=secret</c>. Neither stored nor part of any key.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Secrets { get; init; } = new Dictionary<string, ReadOnlyMemory<byte>>();

    /// <summary>What <c>FROM</c> and <c>--from</c> find under a name before stages and images (<c>--build-context</c>).</summary>
    public IReadOnlyDictionary<string, NamedContext> NamedContexts { get; init; } = new Dictionary<string, NamedContext>();

    /// <summary>Credentials for a registry (by its host, <c>docker.io</c> for the Hub), or null.</summary>
    public Func<string, RegistryCredentials?> Credentials { get; init; } = _ => null;

    /// <summary>Time that image and history carry, and that no file of a new layer is younger than (<c>SOURCE_DATE_EPOCH</c>).</summary>
    public DateTimeOffset? SourceDateEpoch { get; init; }

    /// <summary>Report for each step that was not in the cache which input was another (<see cref="StepExplained"/>).</summary>
    public bool Explain { get; init; }
}

/// <summary>Files under a name: one of the records below.</summary>
public abstract record NamedContext;

public sealed record NamedFiles(IBuildContext Files) : NamedContext;

public sealed record NamedImage(ImageReference Reference) : NamedContext;
