using Wharf.Engine.Builds.Plan;
using Wharf.Engine.Builds.Solve;
using Wharf.Engine.Containers;
using Wharf.Engine.Images.Layers;
using Wharf.Oci;

namespace Wharf.Engine.Builds;

/// <summary>
/// <c>--squash</c>: the layers on top of the base image become one. They are packed and unpacked in order into one directory, where a later file
/// takes the place of an earlier one and whiteouts stay for what the base has.
/// </summary>
internal sealed class Squash(SolveParts parts, BuildPlace place, Solver solver, DateTimeOffset? epoch)
{
    internal async Task<Solved> RunAsync(BuildPlan plan, Solved solved, CancellationToken cancellationToken)
    {
        Digest[] above = [.. solved.State.Layers.Skip(plan.BaseLayers)];
        if (above.Length < 2)
        {
            return solved;
        }

        ContainerPaths paths = place.NewStep(BuildPlace.NewId());
        var merge = new LayerMerge(paths.Upper);
        foreach (Digest layer in above)
        {
            cancellationToken.ThrowIfCancellationRequested();
            merge.Add(parts.Images.Layers.DiffPath(layer));
        }

        var options = new AdoptOptions { LatestModified = epoch?.ToUnixTimeSeconds() };
        UnpackedLayer made = await parts.Images.Layers.AdoptAsync(paths.Upper, solver.Lease, options, cancellationToken);
        return solved with { Root = new RootState([.. solved.State.Layers.Take(plan.BaseLayers), made.DiffId]) };
    }
}
