using Wharf.Oci;

namespace Wharf.Engine.Images.Pull;

/// <summary>One line of a pull, a push or a load, in Docker's vocabulary.</summary>
/// <param name="Id">Short digest of the layer, or the tag in the first line; null for lines about the whole.</param>
/// <param name="Status"><c>Pulling fs layer</c>, <c>Downloading</c>, <c>Pull complete</c>, …</param>
/// <param name="Current">Bytes done, of states that count them.</param>
/// <param name="Total">Bytes in all.</param>
public sealed record PullProgress(string? Id, string Status, long? Current = null, long? Total = null)
{
    /// <summary>For programs: a tag has been pushed. There is no sentence then.</summary>
    public PushedTag? Pushed { get; init; }
}

/// <param name="Digest">Of the manifest that it names in the registry now.</param>
/// <param name="Size">Of that manifest.</param>
public sealed record PushedTag(string Tag, Digest Digest, long Size);
