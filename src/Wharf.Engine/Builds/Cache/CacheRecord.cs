using Wharf.Oci;

namespace Wharf.Engine.Builds.Cache;

/// <summary>What one step made, or a directory that steps share. A snapshot: it never changes.</summary>
/// <param name="Slot">Stage and place in it.</param>
/// <param name="Layer">Null when the step changed nothing, and for a shared directory.</param>
internal sealed record CacheRecord(
    string Id,
    string Kind,
    string Description,
    string Slot,
    Digest? Layer,
    IReadOnlyList<string> Parents,
    long Size,
    DateTimeOffset Created,
    DateTimeOffset? LastUsed,
    int UseCount)
{
    internal const string Step = "regular";
    internal const string Mount = "exec.cachemount";
}
