using System.Globalization;
using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Common;
using Wharf.Api.Containers;
using Wharf.Api.Images;
using Wharf.Api.Volumes;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Daemon;

internal sealed class DiskUsageCommand : Command
{
    private readonly Option<string> _format;

    public DiskUsageCommand()
        : base("", Arity.None) => _format = FormatOption.DeclareForList(Options);

    private sealed record Share(string Type, int Total, int Active, long Size, long Reclaimable);

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        DiskUsage usage = context.Engine.Send(ApiRequest.Get("/system/df"), ApiJson.Default.DiskUsage);
        Share[] rows =
        [
            OfImages(usage.Images ?? [], usage.LayersSize ?? 0),
            OfContainers(usage.Containers ?? []),
            OfVolumes(usage.Volumes ?? []),
            OfBuilds(usage.BuildCache ?? []),
        ];
        new Listing<Share>(
        [
            new("Active", "ACTIVE", row => row.Active.ToString(CultureInfo.InvariantCulture)),
            new("Reclaimable", "RECLAIMABLE", Reclaimable),
            new("Size", "SIZE", row => HumanSize.Format(row.Size)),
            new("TotalCount", "TOTAL", row => row.Total.ToString(CultureInfo.InvariantCulture)),
            new("Type", "TYPE", row => row.Type),
        ]).Write(context.Out, rows, _format.Value, "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}");
        return ExitCodes.Success;
    }

    private static Share OfImages(IReadOnlyList<ImageSummary> images, long layers)
    {
        long used = images.Where(image => image.Containers > 0 && image.SharedSize >= 0).Sum(image => image.Size - image.SharedSize);
        return new Share("Images", images.Count, images.Count(image => image.Containers > 0), layers, layers - used);
    }

    private static Share OfContainers(IReadOnlyList<ContainerSummary> containers)
    {
        static bool Active(ContainerSummary container) => container.State is "running" or "paused" or "restarting";
        return new Share(
            "Containers", containers.Count, containers.Count(Active), containers.Sum(container => container.SizeRw ?? 0),
            containers.Where(container => !Active(container)).Sum(container => container.SizeRw ?? 0));
    }

    private static Share OfVolumes(IReadOnlyList<Volume> volumes)
    {
        static long Size(Volume volume) => Math.Max(volume.UsageData?.Size ?? 0, 0);
        return new Share(
            "Local Volumes", volumes.Count, volumes.Count(volume => volume.UsageData?.RefCount > 0), volumes.Sum(Size),
            volumes.Where(volume => volume.UsageData?.RefCount == 0).Sum(Size));
    }

    private static Share OfBuilds(IReadOnlyList<BuildCacheRecord> records) => new(
        "Build Cache", records.Count, records.Count(record => record.InUse), records.Where(record => !record.Shared).Sum(record => record.Size),
        records.Where(record => record is { InUse: false, Shared: false }).Sum(record => record.Size));

    private static string Reclaimable(Share row)
    {
        string size = HumanSize.Format(row.Reclaimable);
        return row.Size > 0 && row.Type != "Build Cache" ? $"{size} ({row.Reclaimable * 100 / row.Size}%)" : size;
    }
}
