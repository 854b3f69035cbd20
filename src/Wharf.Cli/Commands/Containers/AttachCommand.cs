using Wharf.Api.Client;
using Wharf.Api.Containers;
using Wharf.Cli.Attachment;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Containers;

internal sealed class AttachCommand : Command
{
    private readonly Option<bool> _noStdin;
    private readonly Option<bool> _signalProxy;
    private readonly Option<string> _detachKeys;

    public AttachCommand()
        : base("CONTAINER", Arity.Exactly(1), Operand.RunningContainer)
    {
        _detachKeys = Options.Text("detach-keys", null, "Keys that leave the container running");
        _noStdin = Options.Flag("no-stdin", null, "Do not attach STDIN");
        _signalProxy = Options.Flag("sig-proxy", null, "Hand signals on to the program", initial: true);
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        DockerClient engine = context.Engine;
        ContainerInspect container = engine.Inspect(arguments[0]);
        CheckState(container.State);
        bool input = !_noStdin.Value && container.Config.OpenStdin;
        if (input && container.Config.Tty && context.Streams.InputTerminal is null)
        {
            throw new CommandFailure("the input device is not a TTY");
        }

        string? detachKeys = _detachKeys.IsSet ? _detachKeys.Value : context.Config.DetachKeys;
        using ApiResponse ended = engine.Open(ContainerRequests.Wait(container.Id));
        using SignalProxy? signals = _signalProxy.Value && !container.Config.Tty ? new SignalProxy(engine, container.Id) : null;
        using HijackedStream connection = engine.Hijack(ContainerRequests.Attach(container.Id, input, stdout: true, stderr: true, detachKeys));
        var streams = new AttachedStreams(connection, context.Streams)
        {
            Tty = container.Config.Tty,
            Redraw = true,
            Input = input,
            DetachKeys = detachKeys,
            Resize = size => engine.Resize($"/containers/{container.Id}", size),
        };
        if (!streams.Carry())
        {
            throw new CommandFailure("read escape sequence");
        }

        return ContainerRequests.ReadExitCode(ended);
    }

    private static void CheckState(ContainerState state)
    {
        if (!state.Running)
        {
            throw new CommandFailure("You cannot attach to a stopped container, start it first");
        }

        if (state.Paused)
        {
            throw new CommandFailure("You cannot attach to a paused container, unpause it first");
        }

        if (state.Restarting)
        {
            throw new CommandFailure("You cannot attach to a restarting container, wait until it is running");
        }
    }
}
