using Wharf.Cli.CommandLine;
using Wharf.Cli.Commands.Containers;
using Wharf.Cli.Commands.Images;
using Wharf.Cli.Commands.Networks;
using Wharf.Cli.Commands.Volumes;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Daemon;

internal sealed class PruneSystemCommand : Command
{
    private readonly Option<bool> _all;
    private readonly ListOption _filter;
    private readonly Option<bool> _force;
    private readonly Option<bool> _volumes;

    public PruneSystemCommand()
        : base("", Arity.None)
    {
        _all = Options.Flag("all", 'a', "Remove every unused image, not only untagged ones");
        _filter = Filters.Declare(Options, shorthand: null);
        _force = Options.Flag("force", 'f', "Do not ask first");
        _volumes = Options.Flag("volumes", null, "Remove anonymous volumes too");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        string warning = "This will remove:\n  - all stopped containers\n  - all networks not used by at least one container\n"
            + (_volumes.Value ? "  - all anonymous volumes not used by at least one container\n" : "")
            + (_all.Value ? "  - all images without at least one container associated to them\n" : "  - all dangling images\n");
        if (!_force.Value && !Confirmation.Ask(context, warning))
        {
            throw new CommandFailure("system prune has been cancelled");
        }

        Dictionary<string, IReadOnlyList<string>> filters = Filters.Gather(_filter);
        long reclaimed = PruneContainersCommand.Prune(context, filters);
        PruneNetworksCommand.Prune(context, filters);
        reclaimed += _volumes.Value ? PruneVolumesCommand.Prune(context, all: false, new(filters)) : 0;
        reclaimed += PruneImagesCommand.Prune(context, _all.Value, new(filters));
        context.Out.WriteLine($"Total reclaimed space: {HumanSize.Format(reclaimed)}");
        return ExitCodes.Success;
    }
}
