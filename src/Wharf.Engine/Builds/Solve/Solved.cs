using Wharf.Engine.Builds.Files;

namespace Wharf.Engine.Builds.Solve;

/// <summary>What came of a vertex.</summary>
/// <param name="Root">Of a <see cref="Plan.RootVertex"/>.</param>
/// <param name="Files">Of a <see cref="Plan.SourceVertex"/>.</param>
/// <param name="Created">When the newest layer was made that this build, or an earlier one, put on top of an image; null for the image itself.</param>
/// <param name="MadeLayer">Whether the vertex itself put a layer on top.</param>
/// <param name="IsCached">It did not have to run.</param>
/// <param name="Record">Of the cache; null for what is not in it.</param>
internal sealed record Solved(
    RootState? Root, FileTree? Files, DateTimeOffset? Created = null, bool MadeLayer = false, bool IsCached = true, string? Record = null)
{
    internal RootState State => Root ?? throw new InvalidOperationException("files are not a root file system");
}
