using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Common;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Images;

internal sealed class PushCommand : Command
{
    private readonly Option<bool> _allTags;
    private readonly Option<string> _platform;
    private readonly Option<bool> _quiet;

    public PushCommand()
        : base("NAME[:TAG]", Arity.Exactly(1), Operand.Image)
    {
        _allTags = Options.Flag("all-tags", 'a', "Upload every tag of the repository");
        _platform = Options.Text("platform", null, "Push the image only if it is for this platform");
        _quiet = Options.Flag("quiet", 'q', "Say nothing but the name");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        ImageName image = ImageName.Parse(arguments[0]);
        if (image.Digest is not null)
        {
            throw new CommandFailure("cannot push a digest reference");
        }

        if (_allTags.Value && image.Tag is not null)
        {
            throw new CommandFailure("tag can't be used with --all-tags/-a");
        }

        if (!_quiet.Value && !_allTags.Value && image.Tag is null)
        {
            context.Out.WriteLine("Using default tag: latest");
        }

        context.Streams.Flush();
        var path = new QueryString($"/images/{ContainerRequests.Escape(image.Repository)}/push").Add("tag", _allTags.Value ? null : image.Tag ?? "latest");
        if (_platform.Value.Length > 0)
        {
            path.Add("platform", PlatformJson.From(_platform.Value));
        }

        using ApiResponse response = context.Engine.Open(ApiRequest.Post(path).WithCredentials(context, image.CredentialsKey));
        IEnumerable<ProgressMessage> messages = response.ReadLines(ApiJson.Default.ProgressMessage);
        if (_quiet.Value)
        {
            ProgressDisplay.FailOnError(messages);
            context.Out.WriteLine(_allTags.Value ? image.Full[..^":latest".Length] : image.Full);
        }
        else
        {
            new ProgressDisplay(context.Out, context.Streams.OutputTerminal).Show(messages);
        }

        return ExitCodes.Success;
    }
}
