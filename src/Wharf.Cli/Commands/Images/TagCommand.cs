using Wharf.Api.Client;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Images;

internal sealed class TagCommand() : Command("SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]", Arity.Exactly(2), Operand.Image)
{
    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        ImageName target = ImageName.Parse(arguments[1]);
        if (target.Digest is not null)
        {
            throw new CommandFailure("refusing to create a tag with a digest reference");
        }

        context.Engine.Send(ApiRequest.Post(new QueryString($"/images/{ContainerRequests.Escape(arguments[0])}/tag")
            .Add("repo", target.Repository).Add("tag", target.Tag ?? "latest")));
        return ExitCodes.Success;
    }
}
