using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Containers;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Containers;

internal sealed class TopCommand() : Command("CONTAINER [ps OPTIONS]", Arity.AtLeast(1), Operand.RunningContainer)
{
    private const int ColumnWidth = 20;

    internal override bool FlagsAfterArguments => false;

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        ContainerTopResponse processes = context.Engine.Send(
            ApiRequest.Get(new QueryString($"/containers/{ContainerRequests.Escape(arguments[0])}/top").Add("ps_args", string.Join(' ', arguments.Skip(1)))),
            ApiJson.Default.ContainerTopResponse);
        context.Out.Write(TabTable.Render(
            [string.Join('\t', processes.Titles), .. processes.Processes.Select(row => string.Join('\t', row))], ColumnWidth));
        return ExitCodes.Success;
    }
}
