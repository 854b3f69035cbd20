using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Networks;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Networks;

internal sealed class ListNetworksCommand : Command
{
    private readonly ListOption _filter;
    private readonly Option<string> _format;
    private readonly Option<bool> _noTrunc;
    private readonly Option<bool> _quiet;

    public ListNetworksCommand()
        : base("", Arity.None)
    {
        _filter = Filters.Declare(Options);
        _format = FormatOption.DeclareForList(Options);
        _noTrunc = Options.Flag("no-trunc", null, "Show ids in full");
        _quiet = Options.Flag("quiet", 'q', "Show ids only");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        List<Network> networks = context.Engine.Send(
            ApiRequest.Get(new QueryString("/networks").AddFilters(Filters.Gather(_filter))), ApiJson.Default.ListNetwork);
        string format = _quiet.Value ? "{{.ID}}" : _format.IsSet ? _format.Value : context.Config.Format("networksFormat") ?? "";
        Columns().Write(
            context.Out, networks.OrderBy(network => network.Name, NaturalOrder.Instance), format, "{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}");
        return ExitCodes.Success;
    }

    private Listing<Network> Columns() => new(
    [
        new("CreatedAt", "CREATED AT", network => GoTime.Format(network.Created)),
        new("Driver", "DRIVER", network => network.Driver),
        new("ID", "NETWORK ID", network => _noTrunc.Value ? network.Id : Shorten.Id(network.Id)),
        new("IPv4", "IPV4", network => Bool(network.EnableIPv4)),
        new("IPv6", "IPV6", network => Bool(network.EnableIPv6)),
        new("Internal", "INTERNAL", network => Bool(network.Internal)),
        new("Labels", "LABELS", network => string.Join(',', network.Labels.Select(label => $"{label.Key}={label.Value}"))),
        new("Name", "NAME", network => network.Name),
        new("Scope", "SCOPE", network => network.Scope),
    ],
        static (network, field, argument) => field == "Label" ? network.Labels.GetValueOrDefault(argument, "") : null);

    private static string Bool(bool value) => value ? "true" : "false";
}
