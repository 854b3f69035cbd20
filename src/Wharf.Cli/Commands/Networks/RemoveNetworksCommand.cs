using System.Net;
using Wharf.Api.Client;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Networks;

internal sealed class RemoveNetworksCommand : Command
{
    private readonly Option<bool> _force;

    public RemoveNetworksCommand()
        : base("NETWORK [NETWORK...]", Arity.AtLeast(1), Operand.Network) =>
        _force = Options.Flag("force", 'f', "Do not fail for what is not there");

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments) => EachArgument.Run(context, arguments, name =>
    {
        try
        {
            context.Engine.Send(ApiRequest.Delete($"/networks/{ContainerRequests.Escape(name)}"));
        }
        catch (DockerApiException e) when (_force.Value && e.Status == HttpStatusCode.NotFound)
        {
            // It is not there, which is what was wanted.
        }

        return name;
    });
}
