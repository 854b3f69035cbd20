using System.Globalization;
using Wharf.Engine.Builds.Plan;
using Wharf.Engine.Builds.Solve;
using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Builds;

/// <summary>The config of an image, when all its steps are done: with times and layers. The same steps give the same bytes, and so the same id.</summary>
internal static class BuiltImage
{
    internal static ImageConfig Config(BuildPlan plan, Solver solver, Solved solved, BuildRequest request)
    {
        List<HistoryEntry> history = [.. plan.Config.History ?? []];
        string? latest = null;
        foreach (PlannedEntry entry in plan.Steps)
        {
            Solved step = solver[entry.Vertex];
            latest = Time(request.SourceDateEpoch ?? step.Created) ?? latest ?? plan.BaseCreated;
            history[entry.Index] = history[entry.Index] with
            {
                Created = latest,
                EmptyLayer = entry.MakesLayer && step.MadeLayer && !request.Squash ? null : true,
            };
        }

        string created = latest ?? Time(request.SourceDateEpoch) ?? plan.BaseCreated ?? Time(DateTimeOffset.UnixEpoch)!;
        if (request.Squash && solved.State.Layers.Count > plan.BaseLayers)
        {
            history.Add(new HistoryEntry { Created = created, Comment = $"merge {solved.State.Identity[..12]} to the base image" });
        }

        return plan.Config with
        {
            Created = created,
            History = history,
            Rootfs = new RootFs { DiffIds = solved.State.Layers },
        };
    }

    private static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
