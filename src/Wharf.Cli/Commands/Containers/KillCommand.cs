using Wharf.Api.Client;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Containers;

internal sealed class KillCommand : Command
{
    private readonly Option<string> _signal;

    public KillCommand()
        : base("CONTAINER [CONTAINER...]", Arity.AtLeast(1), Operand.RunningContainer) =>
        _signal = Options.Text("signal", 's', "Signal to send");

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments) => EachArgument.Run(context, arguments, name =>
    {
        context.Engine.Send(ApiRequest.Post(new QueryString($"/containers/{ContainerRequests.Escape(name)}/kill").Add("signal", _signal.Value)));
        return name;
    });
}
