using System.Globalization;
using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Images;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Images;

internal sealed class HistoryCommand : Command
{
    private const int CreatedByLength = 45;
    private readonly Option<string> _format;
    private readonly Option<bool> _human;
    private readonly Option<bool> _noTrunc;
    private readonly Option<string> _platform;
    private readonly Option<bool> _quiet;

    public HistoryCommand()
        : base("IMAGE", Arity.Exactly(1), Operand.Image)
    {
        _format = FormatOption.DeclareForList(Options);
        _human = Options.Flag("human", 'H', "Print sizes and dates for people", initial: true);
        _noTrunc = Options.Flag("no-trunc", null, "Show everything in full");
        _platform = Options.Text("platform", null, "Show the history of this platform's variant");
        _quiet = Options.Flag("quiet", 'q', "Show ids only");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        var path = new QueryString($"/images/{ContainerRequests.Escape(arguments[0])}/history");
        if (_platform.Value.Length > 0)
        {
            path.Add("platform", PlatformJson.From(_platform.Value));
        }

        List<ImageHistoryItem> layers = context.Engine.Send(ApiRequest.Get(path), ApiJson.Default.ListImageHistoryItem);
        Columns(context.Time).Write(
            context.Out, layers, _quiet.Value ? "{{.ID}}" : _format.Value,
            (_human.Value ? "{{.ID}}\t{{.CreatedSince}}" : "{{.ID}}\t{{.CreatedAt}}") + "\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}");
        return ExitCodes.Success;
    }

    private Listing<ImageHistoryItem> Columns(TimeProvider time) => new(
    [
        new("Comment", "COMMENT", layer => layer.Comment),
        new("CreatedAt", "CREATED AT", layer => Created(layer, time).ToString("yyyy-MM-ddTHH:mm:ssK", CultureInfo.InvariantCulture).Replace("+00:00", "Z", StringComparison.Ordinal)),
        new("CreatedBy", "CREATED BY", layer => CreatedBy(layer)),
        new("CreatedSince", "CREATED", layer => layer.Created <= 0 ? "N/A" : HumanDuration.Ago(Created(layer, time), time)),
        new("ID", "IMAGE", layer => _noTrunc.Value ? layer.Id : Shorten.Id(layer.Id)),
        new("Size", "SIZE", layer => _human.Value ? HumanSize.Short(layer.Size) : layer.Size.ToString(CultureInfo.InvariantCulture)),
    ]);

    private static DateTimeOffset Created(ImageHistoryItem layer, TimeProvider time) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(layer.Created), time.LocalTimeZone);

    private string CreatedBy(ImageHistoryItem layer)
    {
        string text = layer.CreatedBy.Replace('\t', ' ');
        return _noTrunc.Value ? text : Shorten.Text(text, CreatedByLength);
    }
}
