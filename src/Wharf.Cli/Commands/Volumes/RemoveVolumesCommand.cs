using System.Net;
using Wharf.Api.Client;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Volumes;

internal sealed class RemoveVolumesCommand : Command
{
    private readonly Option<bool> _force;

    public RemoveVolumesCommand()
        : base("VOLUME [VOLUME...]", Arity.AtLeast(1), Operand.Volume) =>
        _force = Options.Flag("force", 'f', "Do not fail for what is not there");

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments) => EachArgument.Run(context, arguments, name =>
    {
        try
        {
            context.Engine.Send(ApiRequest.Delete(new QueryString($"/volumes/{ContainerRequests.Escape(name)}").Add("force", _force.Value)));
        }
        catch (DockerApiException e) when (_force.Value && e.Status == HttpStatusCode.NotFound)
        {
            // It is not there, which is what was wanted.
        }

        return name;
    });
}
