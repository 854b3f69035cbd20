using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Networks;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Networks;

internal sealed class DisconnectCommand : Command
{
    private readonly Option<bool> _force;

    public DisconnectCommand()
        : base("NETWORK CONTAINER", Arity.Exactly(2), Operand.Network) =>
        _force = Options.Flag("force", 'f', "Disconnect it whatever it says");

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        var request = new NetworkDisconnectRequest { Container = arguments[1], Force = _force.Value };
        context.Engine.Send(ApiRequest.Post($"/networks/{ContainerRequests.Escape(arguments[0])}/disconnect")
            .WithJson(request, ApiJson.Default.NetworkDisconnectRequest));
        return ExitCodes.Success;
    }
}
