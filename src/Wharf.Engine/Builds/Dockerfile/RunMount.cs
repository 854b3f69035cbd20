namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>What <c>RUN --mount</c> mounts.</summary>
internal enum RunMountKind
{
    Bind,
    Cache,
    Tmpfs,
    Secret,
    Ssh,
}

/// <summary>Who may use a cache at the same time.</summary>
internal enum CacheSharing
{
    Shared,

    /// <summary>Concurrent users get caches of their own.</summary>
    Private,

    /// <summary>The second user waits.</summary>
    Locked,
}

/// <summary>A mount of one RUN, with the variables in it expanded.</summary>
internal sealed record RunMount
{
    internal required RunMountKind Kind { get; init; }

    /// <summary>A stage or an image; null for the build context (bind) or nothing (cache).</summary>
    internal string? From { get; init; }

    /// <summary>Path inside <see cref="From"/>; null for its root.</summary>
    internal string? Path { get; init; }

    /// <summary>As written: relative to the working directory, null where a secret or agent has its default.</summary>
    internal string? Target { get; init; }

    internal bool IsReadOnly { get; init; }

    /// <summary>Whether a secret or agent that the client lacks fails the step.</summary>
    internal bool IsRequired { get; init; }

    /// <summary>Of a cache (its target when not said), a secret or an agent (<c>default</c> when not said).</summary>
    internal string? Id { get; init; }

    internal CacheSharing Sharing { get; init; }

    /// <summary>Of a tmpfs, in bytes; null for no limit.</summary>
    internal long? Size { get; init; }

    /// <summary>The variable that a secret goes into; it is a file as well only when <see cref="Target"/> is set.</summary>
    internal string? Variable { get; init; }

    internal uint? Mode { get; init; }
    internal uint? UserId { get; init; }
    internal uint? GroupId { get; init; }
}
