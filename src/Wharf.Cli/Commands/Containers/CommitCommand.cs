using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Containers;

internal sealed class CommitCommand : Command
{
    private readonly Option<string> _author;
    private readonly ListOption _changes;
    private readonly Option<string> _message;
    private readonly Option<bool> _noPause;
    private readonly Option<bool> _pause;

    public CommitCommand()
        : base("CONTAINER [REPOSITORY[:TAG]]", new Arity(1, 2), Operand.Container)
    {
        _author = Options.Text("author", 'a', "Author of the image");
        _changes = Options.List("change", 'c', "Apply a Dockerfile instruction to the image");
        _message = Options.Text("message", 'm', "Message of the commit");
        _noPause = Options.Flag("no-pause", null, "Do not pause the container meanwhile");
        _pause = Options.Flag("pause", 'p', "Pause the container meanwhile", initial: true);
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        ImageName? name = arguments.Count > 1 ? ImageName.Parse(arguments[1]) : null;
        var path = new QueryString("/commit").Add("container", arguments[0]).Add("repo", name?.Repository).Add("tag", name?.Tag)
            .Add("author", _author.Value).Add("comment", _message.Value).Add("pause", _pause.Value && !_noPause.Value ? "1" : "0");
        foreach (string change in _changes.Values)
        {
            path.Add("changes", change);
        }

        context.Out.WriteLine(context.Engine.Send(ApiRequest.Post(path), ApiJson.Default.IdResponse).Id);
        return ExitCodes.Success;
    }
}
