using System.Globalization;
using Wharf.Api.Client;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Containers;

internal sealed class WaitCommand() : Command("CONTAINER [CONTAINER...]", Arity.AtLeast(1), Operand.RunningContainer)
{
    internal override int Run(CommandContext context, IReadOnlyList<string> arguments) => EachArgument.Run(context, arguments, name =>
    {
        using ApiResponse waiting = context.Engine.Open(ContainerRequests.Wait(name));
        return ContainerRequests.ReadExitCode(waiting).ToString(CultureInfo.InvariantCulture);
    });
}
