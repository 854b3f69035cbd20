using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Containers;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Containers;

internal sealed class PruneContainersCommand : Command
{
    private readonly ListOption _filter;
    private readonly Option<bool> _force;

    public PruneContainersCommand()
        : base("", Arity.None)
    {
        _filter = Filters.Declare(Options, shorthand: null);
        _force = Options.Flag("force", 'f', "Do not ask first");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        if (!_force.Value && !Confirmation.Ask(context, "This will remove all stopped containers."))
        {
            throw new CommandFailure("container prune has been cancelled");
        }

        long reclaimed = Prune(context, Filters.Gather(_filter));
        context.Out.WriteLine($"Total reclaimed space: {HumanSize.Format(reclaimed)}");
        return ExitCodes.Success;
    }

    internal static long Prune(CommandContext context, IReadOnlyDictionary<string, IReadOnlyList<string>> filters)
    {
        ContainerPruneResponse pruned = context.Engine.Send(
            ApiRequest.Post(new QueryString("/containers/prune").AddFilters(filters)), ApiJson.Default.ContainerPruneResponse);
        PruneReport.Write(context.Out, "Deleted Containers:", pruned.ContainersDeleted);
        return pruned.SpaceReclaimed;
    }
}
