using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Images;

internal sealed class ImportCommand : Command
{
    private readonly ListOption _changes;
    private readonly Option<string> _message;
    private readonly Option<string> _platform;

    public ImportCommand()
        : base("file|URL|- [REPOSITORY[:TAG]]", new Arity(1, 2), Operand.File)
    {
        _changes = Options.List("change", 'c', "Apply a Dockerfile instruction to the image");
        _message = Options.Text("message", 'm', "Message to keep with the image");
        _platform = Options.Text("platform", null, "Platform of the image");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        bool remote = arguments[0].StartsWith("http://", StringComparison.Ordinal) || arguments[0].StartsWith("https://", StringComparison.Ordinal);
        ImageName? name = arguments.Count > 1 ? ImageName.Parse(arguments[1]) : null;
        if (name?.Digest is not null)
        {
            throw new CommandFailure("cannot import digest reference");
        }

        var path = new QueryString("/images/create")
            .Add("fromSrc", remote ? arguments[0] : "-").Add("repo", name?.Repository).Add("tag", name?.Tag)
            .Add("message", _message.Value).Add("platform", _platform.Value);
        foreach (string change in _changes.Values)
        {
            path.Add("changes", change);
        }

        using Stream? archive = remote ? null : arguments[0] == "-" ? context.Streams.Input : ArchiveInput.Open(arguments[0]);
        ApiRequest request = ApiRequest.Post(path);
        using ApiResponse response = context.Engine.Open(archive is null ? request : request.WithStream(archive));
        new ProgressDisplay(context.Out, context.Streams.OutputTerminal).Show(response.ReadLines(ApiJson.Default.ProgressMessage));
        return ExitCodes.Success;
    }
}
