using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Containers;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Containers;

internal sealed class ListContainersCommand : Command
{
    private const string DefaultColumns = "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";
    private readonly Option<bool> _all;
    private readonly ListOption _filter;
    private readonly Option<string> _format;
    private readonly Option<int?> _last;
    private readonly Option<bool> _latest;
    private readonly Option<bool> _noTrunc;
    private readonly Option<bool> _quiet;
    private readonly Option<bool> _size;

    public ListContainersCommand()
        : base("", Arity.None)
    {
        _all = Options.Flag("all", 'a', "Show all containers, not only those that run");
        _filter = Filters.Declare(Options);
        _format = FormatOption.DeclareForList(Options);
        _last = Options.Integer("last", 'n', "Show the n containers created last, whatever their state", "-1");
        _latest = Options.Flag("latest", 'l', "Show the container created last, whatever its state");
        _noTrunc = Options.Flag("no-trunc", null, "Show ids and commands in full");
        _quiet = Options.Flag("quiet", 'q', "Show ids only");
        _size = Options.Flag("size", 's', "Show how much they take on disk");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        int? limit = _latest.Value ? 1 : _last.Value;
        string format = _quiet.Value ? "{{.ID}}" : _format.IsSet ? _format.Value : context.Config.Format("psFormat") ?? "";
        bool sizes = _size.Value || format.Contains(".Size", StringComparison.Ordinal);
        var path = new QueryString("/containers/json")
            .Add("all", _all.Value).Add("limit", limit is > 0 ? limit : null).Add("size", sizes)
            .AddFilters(Filters.Gather(_filter));
        List<ContainerSummary> containers = context.Engine.Send(ApiRequest.Get(path), ApiJson.Default.ListContainerSummary);
        ContainerColumns.For(full: _noTrunc.Value, context.Time)
            .Write(context.Out, containers, format, _size.Value ? DefaultColumns + "\t{{.Size}}" : DefaultColumns);
        return ExitCodes.Success;
    }
}
