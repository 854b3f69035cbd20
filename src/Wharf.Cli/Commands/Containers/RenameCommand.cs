using Wharf.Api.Client;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Containers;

internal sealed class RenameCommand() : Command("CONTAINER NEW_NAME", Arity.Exactly(2), Operand.Container)
{
    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        return EachArgument.Run(context, [arguments[0]], Rename, "Error: failed to rename container named ");

        string Rename(string name)
        {
            context.Engine.Send(ApiRequest.Post(new QueryString($"/containers/{ContainerRequests.Escape(name)}/rename").Add("name", arguments[1])));
            return "";
        }
    }
}
