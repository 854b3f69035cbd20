using Wharf.Engine.Images;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Builds.Plan;

/// <summary>What is to be built: a graph, and the image that its last vertex becomes.</summary>
/// <param name="Config">Complete but for layers and times.</param>
/// <param name="BaseLayers">How many layers come from the base image.</param>
/// <param name="BaseCreated">When the base image was made, as its config says; null on <c>scratch</c>.</param>
/// <param name="Steps">Which vertex decides what an entry of the config's history says, by the entry's index.</param>
/// <param name="Last">The step that the image is the result of.</param>
/// <param name="CacheSources">Images whose steps may be taken over.</param>
internal sealed record BuildPlan(
    RootVertex Target,
    ImageConfig Config,
    int BaseLayers,
    string? BaseCreated,
    IReadOnlyList<PlannedEntry> Steps,
    BuildStep? Last,
    IReadOnlyList<Image> CacheSources);

/// <param name="Index">In the history.</param>
/// <param name="Vertex">Of the step; what it made is known when it has been solved.</param>
/// <param name="MakesLayer">Whether it is one that makes a layer if it changes anything.</param>
internal sealed record PlannedEntry(int Index, RootVertex Vertex, bool MakesLayer);
