using System.Globalization;
using Wharf.Api.Containers;
using Wharf.Cli.Output;
using Wharf.Cli.Templates;

namespace Wharf.Cli.Commands.Containers;

/// <summary>What <c>ps --format</c> can name.</summary>
internal static class ContainerColumns
{
    private const int CommandLength = 20;
    private const int MountLength = 15;

    internal static Listing<ContainerSummary> For(bool full, TimeProvider time) => new(
    [
        new("Command", "COMMAND", container => GoFormat.Quote(full ? container.Command : Shorten.Text(container.Command, CommandLength))),
        new("CreatedAt", "CREATED AT", container => GoTime.Format(DateTimeOffset.FromUnixTimeSeconds(container.Created), time)),
        new("ID", "CONTAINER ID", container => full ? container.Id : Shorten.Id(container.Id)),
        new("Image", "IMAGE", container => Image(container, full)),
        new("Labels", "LABELS", container => string.Join(',', container.Labels.Select(label => $"{label.Key}={label.Value}"))),
        new("LocalVolumes", "LOCAL VOLUMES", container => container.Mounts.Count(mount => mount.Driver == "local").ToString(CultureInfo.InvariantCulture)),
        new("Mounts", "MOUNTS", container => string.Join(',', container.Mounts
            .Select(mount => string.IsNullOrEmpty(mount.Name) ? mount.Source : mount.Name)
            .Select(name => full ? name : Shorten.Text(name, MountLength)))),
        new("Names", "NAMES", container => Names(container, full)),
        new("Networks", "NETWORKS", container => string.Join(',', container.NetworkSettings.Networks.Keys)),
        new("Ports", "PORTS", container => PortList.Format(container.Ports)),
        new("RunningFor", "CREATED", container => HumanDuration.Ago(DateTimeOffset.FromUnixTimeSeconds(container.Created), time)),
        new("Size", "SIZE", Size),
        new("State", "STATE", container => container.State),
        new("Status", "STATUS", container => container.Status),
    ],
        static (container, field, argument) => field == "Label" ? container.Labels.GetValueOrDefault(argument, "") : null);

    private static string Image(ContainerSummary container, bool full) => container.Image switch
    {
        "" => "<no image>",
        var image when !full && Shorten.Id(image) == Shorten.Id(container.ImageID) => Shorten.Id(image),
        var image when !full && image.Contains('@', StringComparison.Ordinal) => image.Split('@')[0],
        var image => image,
    };

    /// <summary>A name with a second slash is what a linking container calls it.</summary>
    private static string Names(ContainerSummary container, bool full)
    {
        IEnumerable<string> names = container.Names.Select(name => name.TrimStart('/'));
        return string.Join(',', full ? names : names.Where(name => !name.Contains('/', StringComparison.Ordinal)));
    }

    private static string Size(ContainerSummary container)
    {
        string written = HumanSize.Short(container.SizeRw ?? 0);
        return container.SizeRootFs is > 0 ? $"{written} (virtual {HumanSize.Short(container.SizeRootFs.Value)})" : written;
    }
}
