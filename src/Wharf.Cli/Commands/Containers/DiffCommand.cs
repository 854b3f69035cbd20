using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Containers;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Containers;

internal sealed class DiffCommand() : Command("CONTAINER", Arity.Exactly(1), Operand.Container)
{
    private const string Kinds = "CAD"; // changed, added, deleted: 0, 1, 2 on the wire

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        foreach (FilesystemChange change in context.Engine.Send(
            ApiRequest.Get($"/containers/{ContainerRequests.Escape(arguments[0])}/changes"), ApiJson.Default.ListFilesystemChange))
        {
            context.Out.WriteLine($"{Kinds[change.Kind]} {change.Path}");
        }

        return ExitCodes.Success;
    }
}
