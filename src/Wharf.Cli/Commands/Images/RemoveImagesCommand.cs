using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Images;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Images;

internal sealed class RemoveImagesCommand : Command
{
    private readonly Option<bool> _force;
    private readonly Option<bool> _noPrune;

    public RemoveImagesCommand()
        : base("IMAGE [IMAGE...]", Arity.AtLeast(1), Operand.Image)
    {
        _force = Options.Flag("force", 'f', "Remove it although stopped containers were made from it");
        _noPrune = Options.Flag("no-prune", null, "Keep untagged parents");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        int code = ExitCodes.Success;
        foreach (string name in arguments)
        {
            try
            {
                foreach (ImageDeleteItem item in context.Engine.Send(
                    ApiRequest.Delete(new QueryString($"/images/{ContainerRequests.Escape(name)}").Add("force", _force.Value).Add("noprune", _noPrune.Value)),
                    ApiJson.Default.ListImageDeleteItem))
                {
                    context.Out.WriteLine(item.Deleted is null ? $"Untagged: {item.Untagged}" : $"Deleted: {item.Deleted}");
                }
            }
            catch (DockerApiException e)
            {
                context.Streams.Flush();
                context.Error.WriteLine(WharfProgram.Describe(e));
                code = _force.Value && e.Status == System.Net.HttpStatusCode.NotFound ? code : ExitCodes.Failure;
            }
        }

        return code;
    }
}
