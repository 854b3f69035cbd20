namespace Wharf.Engine.Images.Pull;

/// <summary>One line of a pull, in Docker's vocabulary.</summary>
/// <param name="Id">Short digest of the layer, or the tag in the first line; null for lines about the whole.</param>
/// <param name="Status"><c>Pulling fs layer</c>, <c>Downloading</c>, <c>Pull complete</c>, …</param>
/// <param name="Current">Bytes done, of states that count them.</param>
/// <param name="Total">Bytes in all.</param>
public sealed record PullProgress(string? Id, string Status, long? Current = null, long? Total = null);
