using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Networks;

internal sealed class PruneNetworksCommand : Command
{
    private readonly ListOption _filter;
    private readonly Option<bool> _force;

    public PruneNetworksCommand()
        : base("", Arity.None)
    {
        _filter = Filters.Declare(Options, shorthand: null);
        _force = Options.Flag("force", 'f', "Do not ask first");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        if (!_force.Value && !Confirmation.Ask(context, "This will remove all custom networks not used by at least one container."))
        {
            throw new CommandFailure("network prune has been cancelled");
        }

        Prune(context, Filters.Gather(_filter));
        return ExitCodes.Success;
    }

    internal static void Prune(CommandContext context, IReadOnlyDictionary<string, IReadOnlyList<string>> filters) => PruneReport.Write(
        context.Out, "Deleted Networks:",
        context.Engine.Send(ApiRequest.Post(new QueryString("/networks/prune").AddFilters(filters)), ApiJson.Default.NetworkPruneResponse).NetworksDeleted);
}
