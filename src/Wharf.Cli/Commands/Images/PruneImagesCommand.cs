using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Images;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Images;

internal sealed class PruneImagesCommand : Command
{
    private readonly Option<bool> _all;
    private readonly ListOption _filter;
    private readonly Option<bool> _force;

    public PruneImagesCommand()
        : base("", Arity.None)
    {
        _all = Options.Flag("all", 'a', "Remove every image no container uses, not only untagged ones");
        _filter = Filters.Declare(Options, shorthand: null);
        _force = Options.Flag("force", 'f', "Do not ask first");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        string warning = _all.Value
            ? "This will remove all images without at least one container associated to them."
            : "This will remove all dangling images.";
        if (!_force.Value && !Confirmation.Ask(context, warning))
        {
            throw new CommandFailure("image prune has been cancelled");
        }

        long reclaimed = Prune(context, _all.Value, Filters.Gather(_filter));
        context.Out.WriteLine($"Total reclaimed space: {HumanSize.Format(reclaimed)}");
        return ExitCodes.Success;
    }

    internal static long Prune(CommandContext context, bool all, Dictionary<string, IReadOnlyList<string>> filters)
    {
        filters["dangling"] = [all ? "false" : "true"];
        ImagePruneResponse pruned = context.Engine.Send(
            ApiRequest.Post(new QueryString("/images/prune").AddFilters(filters)), ApiJson.Default.ImagePruneResponse);
        PruneReport.Write(
            context.Out, "Deleted Images:",
            pruned.ImagesDeleted?.Select(item => item.Untagged is null ? $"deleted: {item.Deleted}" : $"untagged: {item.Untagged}").ToList());
        return pruned.SpaceReclaimed;
    }
}
