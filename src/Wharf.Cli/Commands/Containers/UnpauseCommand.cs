using Wharf.Api.Client;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Containers;

internal sealed class UnpauseCommand() : Command("CONTAINER [CONTAINER...]", Arity.AtLeast(1), Operand.RunningContainer)
{
    internal override int Run(CommandContext context, IReadOnlyList<string> arguments) => EachArgument.Run(context, arguments, name =>
    {
        context.Engine.Send(ApiRequest.Post($"/containers/{ContainerRequests.Escape(name)}/unpause"));
        return name;
    });
}
