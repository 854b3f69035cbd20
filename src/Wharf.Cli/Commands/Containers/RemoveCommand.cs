using Wharf.Api.Client;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Containers;

internal sealed class RemoveCommand : Command
{
    private readonly Option<bool> _force;
    private readonly Option<bool> _link;
    private readonly Option<bool> _volumes;

    public RemoveCommand()
        : base("CONTAINER [CONTAINER...]", Arity.AtLeast(1), Operand.Container)
    {
        _force = Options.Flag("force", 'f', "Kill it first if it runs");
        _link = Options.Flag("link", 'l', "Remove the link, not the container");
        _volumes = Options.Flag("volumes", 'v', "Remove its anonymous volumes too");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments) => EachArgument.Run(context, arguments, name =>
    {
        try
        {
            context.Engine.Send(ApiRequest.Delete(new QueryString($"/containers/{ContainerRequests.Escape(name.Trim('/'))}")
                .Add("force", _force.Value).Add("link", _link.Value).Add("v", _volumes.Value)));
        }
        catch (DockerApiException e) when (_force.Value && e.Status == System.Net.HttpStatusCode.NotFound)
        {
            // With --force what is not there is what was wanted; Docker says so and succeeds.
            context.Error.WriteLine(WharfProgram.Describe(e));
            return "";
        }

        return name;
    });
}
