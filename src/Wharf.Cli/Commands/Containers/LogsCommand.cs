using Wharf.Api.Client;
using Wharf.Api.Containers;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;

namespace Wharf.Cli.Commands.Containers;

internal sealed class LogsCommand : Command
{
    private readonly Option<bool> _details;
    private readonly Option<bool> _follow;
    private readonly Option<string> _since;
    private readonly Option<string> _tail;
    private readonly Option<bool> _timestamps;
    private readonly Option<string> _until;

    public LogsCommand()
        : base("CONTAINER", Arity.Exactly(1), Operand.Container)
    {
        _details = Options.Flag("details", null, "Show what the logging options add");
        _follow = Options.Flag("follow", 'f', "Go on with what is written from now on");
        _since = Options.Text("since", null, "Show what came after a time (\"2013-01-02T13:23:37Z\") or a while ago (\"42m\")");
        _tail = Options.Text("tail", 'n', "Number of lines to show from the end", "all");
        _timestamps = Options.Flag("timestamps", 't', "Show when each line was written");
        _until = Options.Text("until", null, "Show what came before a time (\"2013-01-02T13:23:37Z\") or a while ago (\"42m\")");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        // The frames of a log look the same whether a terminal wrote it, so its configuration has to tell.
        ContainerInspect container = context.Engine.Inspect(arguments[0]);
        using ApiResponse response = context.Engine.Open(ApiRequest.Get(new QueryString($"/containers/{container.Id}/logs")
            .Add("stdout", true).Add("stderr", true)
            .Add("details", _details.Value).Add("follow", _follow.Value).Add("timestamps", _timestamps.Value)
            .Add("since", GoTime.ToUnix(_since.Value, context.Time)).Add("until", GoTime.ToUnix(_until.Value, context.Time))
            .Add("tail", _tail.Value)));
        if (container.Config.Tty)
        {
            response.Body.CopyTo(context.Streams.Output);
        }
        else
        {
            StdCopy.Demultiplex(response.Body, context.Streams.Output, context.Streams.ErrorOutput);
        }

        return ExitCodes.Success;
    }
}
