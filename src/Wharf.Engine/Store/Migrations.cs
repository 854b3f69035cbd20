namespace Wharf.Engine.Store;

/// <summary>The schema, one step per version, in order. A released step is never edited; a change is a new step.</summary>
internal static partial class Migrations
{
    internal static IReadOnlyList<string> All { get; } = [Images, Containers, Networks, Volumes, PackedLayers, Parents, Builds];
}
