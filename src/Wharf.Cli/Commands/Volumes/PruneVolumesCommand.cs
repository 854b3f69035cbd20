using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Volumes;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Volumes;

internal sealed class PruneVolumesCommand : Command
{
    private readonly Option<bool> _all;
    private readonly ListOption _filter;
    private readonly Option<bool> _force;

    public PruneVolumesCommand()
        : base("", Arity.None)
    {
        _all = Options.Flag("all", 'a', "Remove every unused volume, not only anonymous ones");
        _filter = Filters.Declare(Options, shorthand: null);
        _force = Options.Flag("force", 'f', "Do not ask first");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        string which = _all.Value ? "all local volumes" : "anonymous local volumes";
        if (!_force.Value && !Confirmation.Ask(context, $"This will remove {which} not used by at least one container."))
        {
            throw new CommandFailure("volume prune has been cancelled");
        }

        long reclaimed = Prune(context, _all.Value, Filters.Gather(_filter));
        context.Out.WriteLine($"Total reclaimed space: {HumanSize.Format(reclaimed)}");
        return ExitCodes.Success;
    }

    internal static long Prune(CommandContext context, bool all, Dictionary<string, IReadOnlyList<string>> filters)
    {
        if (all)
        {
            filters["all"] = ["true"];
        }

        VolumePruneResponse pruned = context.Engine.Send(
            ApiRequest.Post(new QueryString("/volumes/prune").AddFilters(filters)), ApiJson.Default.VolumePruneResponse);
        PruneReport.Write(context.Out, "Deleted Volumes:", pruned.VolumesDeleted);
        return pruned.SpaceReclaimed;
    }
}
