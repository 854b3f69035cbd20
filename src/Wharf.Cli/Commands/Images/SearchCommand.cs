using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Images;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Images;

internal sealed class SearchCommand : Command
{
    private const int DescriptionLength = 45;
    private readonly ListOption _filters;
    private readonly Option<string> _format;
    private readonly Option<int?> _limit;
    private readonly Option<bool> _noTrunc;

    public SearchCommand()
        : base("TERM", Arity.Exactly(1))
    {
        _filters = Filters.Declare(Options);
        _format = FormatOption.DeclareForList(Options);
        _limit = Options.Integer("limit", null, "Show so many results at most (1 to 100; 25 if not set)");
        _noTrunc = Options.Flag("no-trunc", null, "Show everything in full");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        string key = arguments[0].Contains('/') ? ImageName.Parse(arguments[0]).CredentialsKey : ImageName.HubKey;
        QueryString path = new QueryString("/images/search")
            .Add("term", arguments[0])
            .Add("limit", (long?)_limit.Value)
            .AddFilters(Filters.Gather(_filters));
        List<ImageSearchItem> found = context.Engine.Send(ApiRequest.Get(path).WithCredentials(context, key), ApiJson.Default.ListImageSearchItem);
        Columns().Write(context.Out, found, _format.Value, "{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}");
        return ExitCodes.Success;
    }

    private Listing<ImageSearchItem> Columns() => new(
    [
        new("Description", "DESCRIPTION", image => Describe(image.Description)),
        new("IsAutomated", "AUTOMATED", image => Mark(image.IsAutomated)),
        new("IsOfficial", "OFFICIAL", image => Mark(image.IsOfficial)),
        new("Name", "NAME", image => image.Name),
        new("StarCount", "STARS", image => image.StarCount.ToString()),
    ]);

    private string Describe(string description)
    {
        string line = description.Replace('\n', ' ').Replace('\r', ' ');
        return _noTrunc.Value ? line : Shorten.Text(line, DescriptionLength);
    }

    private static string Mark(bool isSo) => isSo ? "[OK]" : "";
}
