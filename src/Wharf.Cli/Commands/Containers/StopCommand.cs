using Wharf.Api.Client;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Containers;

internal sealed class StopCommand : Command
{
    private readonly Option<string> _signal;
    private readonly Option<int?> _timeout;

    public StopCommand()
        : base("CONTAINER [CONTAINER...]", Arity.AtLeast(1), Operand.RunningContainer)
    {
        _signal = Options.Text("signal", 's', "Signal to send");
        _timeout = Options.Integer("timeout", 't', "Seconds to wait before it is killed");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments) => EachArgument.Run(context, arguments, name =>
    {
        context.Engine.Send(ApiRequest.Post(new QueryString($"/containers/{ContainerRequests.Escape(name)}/stop")
            .Add("signal", _signal.Value).Add("t", _timeout.Value)));
        return name;
    });
}
