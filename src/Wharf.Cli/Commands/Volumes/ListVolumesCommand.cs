using System.Globalization;
using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Volumes;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Volumes;

internal sealed class ListVolumesCommand : Command
{
    private readonly ListOption _filter;
    private readonly Option<string> _format;
    private readonly Option<bool> _quiet;

    public ListVolumesCommand()
        : base("", Arity.None)
    {
        _filter = Filters.Declare(Options);
        _format = FormatOption.DeclareForList(Options);
        _quiet = Options.Flag("quiet", 'q', "Show names only");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        VolumeListResponse answer = context.Engine.Send(
            ApiRequest.Get(new QueryString("/volumes").AddFilters(Filters.Gather(_filter))), ApiJson.Default.VolumeListResponse);
        string format = _quiet.Value ? "{{.Name}}" : _format.IsSet ? _format.Value : context.Config.Format("volumesFormat") ?? "";
        Columns().Write(context.Out, answer.Volumes.OrderBy(volume => volume.Name, NaturalOrder.Instance), format, "{{.Driver}}\t{{.Name}}");
        return ExitCodes.Success;
    }

    private static Listing<Volume> Columns() => new(
    [
        new("Availability", "AVAILABILITY", _ => "N/A"),
        new("Driver", "DRIVER", volume => volume.Driver),
        new("Group", "GROUP", _ => "N/A"),
        new("Labels", "LABELS", volume => string.Join(',', (volume.Labels ?? new Dictionary<string, string>()).Select(label => $"{label.Key}={label.Value}"))),
        new("Links", "LINKS", volume => volume.UsageData is null ? "N/A" : volume.UsageData.RefCount.ToString(CultureInfo.InvariantCulture)),
        new("Mountpoint", "MOUNTPOINT", volume => volume.Mountpoint),
        new("Name", "VOLUME NAME", volume => volume.Name),
        new("Scope", "SCOPE", volume => volume.Scope),
        new("Size", "SIZE", volume => volume.UsageData is null ? "N/A" : HumanSize.Format(volume.UsageData.Size)),
        new("Status", "STATUS", _ => "N/A"),
    ],
        static (volume, field, argument) => field == "Label" ? volume.Labels?.GetValueOrDefault(argument, "") ?? "" : null);
}
