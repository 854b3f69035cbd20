using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Common;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Builder;

internal sealed class PruneBuilderCommand : Command
{
    private readonly Option<bool> _all;
    private readonly ListOption _filter;
    private readonly Option<bool> _force;
    private readonly Option<long?> _keepStorage;
    private readonly Option<long?> _maxUsedSpace;
    private readonly Option<long?> _minFreeSpace;
    private readonly Option<long?> _reservedSpace;

    public PruneBuilderCommand()
        : base("", Arity.None)
    {
        _all = Options.Flag("all", 'a', "Remove all that no running build uses, not only what nothing else holds");
        _filter = Filters.Declare(Options, shorthand: null);
        _force = Options.Flag("force", 'f', "Do not ask first");
        _keepStorage = Options.Bytes("keep-storage", null, "The same as --reserved-space");
        _maxUsedSpace = Options.Bytes("max-used-space", null, "Stop once the cache is no larger than this");
        _minFreeSpace = Options.Bytes("min-free-space", null, "Stop once so much of the disk is free");
        _reservedSpace = Options.Bytes("reserved-space", null, "How much to keep, what was used last first");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        string warning = _all.Value ? "This will remove all build cache." : "This will remove all dangling build cache.";
        if (!_force.Value && !Confirmation.Ask(context, warning))
        {
            throw new CommandFailure("builder prune has been cancelled");
        }

        BuildPruneResponse pruned = Prune(context, new QueryString("/build/prune")
            .Add("all", _all.Value)
            .Add("reserved-space", _reservedSpace.Value ?? _keepStorage.Value)
            .Add("max-used-space", _maxUsedSpace.Value)
            .Add("min-free-space", _minFreeSpace.Value)
            .AddFilters(Filters.Gather(_filter)));
        context.Out.WriteLine($"Total reclaimed space: {HumanSize.Format(pruned.SpaceReclaimed)}");
        return ExitCodes.Success;
    }

    internal static BuildPruneResponse Prune(CommandContext context, QueryString path)
    {
        BuildPruneResponse pruned = context.Engine.Send(ApiRequest.Post(path), ApiJson.Default.BuildPruneResponse);
        PruneReport.Write(context.Out, "Deleted build cache objects:", pruned.CachesDeleted);
        return pruned;
    }
}
