using Wharf.Engine.Containers;

namespace Wharf.Engine.Builds.Plan;

/// <summary>A program that runs in a root file system; what it changes there is the result.</summary>
internal sealed class ExecVertex : RootVertex
{
    internal required RootVertex Base { get; init; }

    internal required IReadOnlyList<string> Arguments { get; init; }

    /// <summary><c>NAME=value</c>.</summary>
    internal required IReadOnlyList<string> Environment { get; init; }

    /// <summary>Variables that are neither part of the key nor stay in the image: proxies.</summary>
    internal IReadOnlyList<string> HiddenEnvironment { get; init; } = [];

    /// <summary>Names of the variables that come from build arguments, for explanations.</summary>
    internal IReadOnlyList<string> ArgumentNames { get; init; } = [];

    internal required string WorkingDirectory { get; init; }

    /// <summary><c>USER[:GROUP]</c>, looked up in the root.</summary>
    internal required string User { get; init; }

    /// <summary>As <see cref="HostConfig.NetworkMode"/>.</summary>
    internal required string Network { get; init; }

    internal IReadOnlyList<string> ExtraHosts { get; init; } = [];

    internal IReadOnlyList<ExecMount> Mounts { get; init; } = [];

    internal required ExecLimits Limits { get; init; }

    internal override IEnumerable<Vertex> Inputs => [Base, .. Mounts.Select(mount => mount.Source).OfType<Vertex>()];
}

/// <summary>What holds the program back; it never decides what it makes, so it is no part of the key.</summary>
internal sealed record ExecLimits(ResourceLimits Resources, long ShmSize, string CgroupParent);

/// <summary>Something mounted while the program runs, at an absolute path: one of the records below.</summary>
internal abstract record ExecMount(string Target)
{
    /// <summary>Where its files come from, if from another vertex.</summary>
    internal virtual Vertex? Source => null;
}

/// <param name="Path">Below the source's root.</param>
/// <param name="IsWritable">Writes go to a place of their own and are forgotten.</param>
internal sealed record BindExecMount(string Target, Vertex From, string Path, bool IsWritable) : ExecMount(Target)
{
    internal override Vertex? Source => From;
}

/// <param name="Id">Builds that say the same id have the same cache.</param>
/// <param name="From">What a new cache begins with, or null for nothing.</param>
/// <param name="IsReadOnly">The program only looks at it.</param>
internal sealed record CacheExecMount(
    string Target, string Id, MountSharing Sharing, Vertex? From, string Path, uint Mode, uint Uid, uint Gid, bool IsReadOnly) : ExecMount(Target)
{
    internal override Vertex? Source => From;
}


/// <summary>Who may have a cache at the same time.</summary>
internal enum MountSharing
{
    Shared,

    /// <summary>A second one gets a cache of its own.</summary>
    Private,

    /// <summary>A second one waits.</summary>
    Locked,
}

/// <param name="Size">Bytes; null for no limit.</param>
internal sealed record TmpfsExecMount(string Target, long? Size) : ExecMount(Target);

/// <param name="Value">Null when the client did not send it; then there is nothing, unless <paramref name="IsRequired"/>.</param>
/// <param name="Variable">Variable to put it into; a file as well only when <paramref name="IsFile"/>.</param>
internal sealed record SecretExecMount(
    string Target, string Id, ReadOnlyMemory<byte>? Value, bool IsRequired, bool IsFile, string? Variable, uint Mode, uint Uid, uint Gid) : ExecMount(Target);

/// <summary>A small file that the plan itself brings: the script of a heredoc.</summary>
internal sealed record TextExecMount(string Target, byte[] Content, uint Mode) : ExecMount(Target);
