using System.Globalization;

namespace Wharf.Engine.Builds.Context;

/// <summary>What the store remembers of one context without looking at its index.</summary>
/// <param name="Id">The client's.</param>
/// <param name="Name">Of its directory.</param>
internal sealed record KeptContext(string Id, string Name, DateTimeOffset Created)
{
    internal DateTimeOffset LastUsed { get; set; } = Created;
    internal int UseCount { get; set; }
    internal long Size { get; set; }
    internal int Files { get; set; }

    /// <summary>Builds that read it.</summary>
    internal int Users { get; set; }

    /// <summary>Being compared or changed.</summary>
    internal bool IsBusy { get; set; }

    /// <summary>Another has taken its place, or it was never to be kept: it goes with its last user.</summary>
    internal bool IsOutdated { get; set; }

    internal bool IsSynced { get; set; }

    internal bool IsFree => Users == 0 && !IsBusy;

    internal BuildCacheRecord ToRecord() => new(
        Name,
        [],
        ContextStore.RecordType,
        string.Create(CultureInfo.InvariantCulture, $"build context {Id[..Math.Min(12, Id.Length)]} ({Files} entries)"),
        !IsFree,
        IsShared: false,
        Size,
        Created,
        LastUsed,
        UseCount);
}
