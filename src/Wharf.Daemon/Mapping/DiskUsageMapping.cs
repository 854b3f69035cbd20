using Wharf.Api.Common;
using Wharf.Api.Containers;
using Wharf.Api.Images;
using Wharf.Api.Volumes;
using Wharf.Engine;
using Wharf.Engine.Containers;
using Wharf.Engine.Volumes;
using Wharf.Oci;
using Image = Wharf.Engine.Images.Image;

namespace Wharf.Daemon.Mapping;

/// <summary>What takes how much on disk, in both of the forms that <c>/system/df</c> has had.</summary>
internal static class DiskUsageMapping
{
    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> s_noFilters = new Dictionary<string, IReadOnlyList<string>>();

    internal static void AddImages(DiskUsage usage, WharfEngine engine)
    {
        IReadOnlyList<Image> images = engine.Images.List(s_noFilters, all: false);
        Dictionary<Digest, int> shares = images.SelectMany(image => image.Layers).CountBy(layer => layer.DiffId).ToDictionary();
        ImageSummary[] summaries = [.. images.Select(image =>
        {
            ImageSummary summary = ImageMapping.ToSummary(image, engine.Images.UsersOf(image).Count);
            summary.SharedSize = image.Layers.Where(layer => shares[layer.DiffId] > 1).Sum(layer => layer.Size);
            return summary;
        })];
        long active = images.Zip(summaries).Where(pair => pair.Second.Containers > 0)
            .SelectMany(pair => pair.First.Layers).DistinctBy(layer => layer.DiffId).Sum(layer => layer.Size);
        usage.LayersSize = engine.Images.LayersSize;
        usage.Images = summaries;
        usage.ImageUsage = new DiskUsageOf<ImageSummary>
        {
            ActiveCount = summaries.Count(image => image.Containers > 0),
            TotalCount = summaries.Length,
            TotalSize = engine.Images.LayersSize,
            Reclaimable = engine.Images.LayersSize - active,
            Items = summaries,
        };
    }

    internal static void AddContainers(DiskUsage usage, WharfEngine engine, DateTimeOffset now)
    {
        ContainerSummary[] summaries = [.. engine.Containers.List(new ListRequest { All = true }).Select(container =>
        {
            ContainerSummary summary = ContainerMapping.Summarize(container, now);
            ContainerSize size = engine.Containers.Measure(container.Id);
            summary.SizeRw = size.Written;
            summary.SizeRootFs = size.Total;
            return summary;
        })];
        bool[] active = [.. summaries.Select(container => container.State is "running" or "paused" or "restarting")];
        usage.Containers = summaries;
        usage.ContainerUsage = new DiskUsageOf<ContainerSummary>
        {
            ActiveCount = active.Count(isActive => isActive),
            TotalCount = summaries.Length,
            TotalSize = summaries.Sum(container => container.SizeRw ?? 0),
            Reclaimable = summaries.Where((_, index) => !active[index]).Sum(container => container.SizeRw ?? 0),
            Items = summaries,
        };
    }

    internal static void AddVolumes(DiskUsage usage, VolumeService volumes)
    {
        Api.Volumes.Volume[] measured = [.. volumes.List(s_noFilters).Select(volume =>
        {
            Api.Volumes.Volume wire = VolumeMapping.ToWire(volume);
            wire.UsageData = new VolumeUsageData { Size = volumes.Measure(volume), RefCount = volume.Users.Count };
            return wire;
        })];
        usage.Volumes = measured;
        usage.VolumeUsage = new DiskUsageOf<Api.Volumes.Volume>
        {
            ActiveCount = measured.Count(volume => volume.UsageData!.RefCount > 0),
            TotalCount = measured.Length,
            TotalSize = measured.Sum(volume => volume.UsageData!.Size),
            Reclaimable = measured.Where(volume => volume.UsageData!.RefCount == 0).Sum(volume => volume.UsageData!.Size),
            Items = measured,
        };
    }
}
