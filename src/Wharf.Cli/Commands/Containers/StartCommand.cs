using Wharf.Api.Client;
using Wharf.Api.Containers;
using Wharf.Cli.Attachment;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Containers;

internal sealed class StartCommand : Command
{
    private readonly Option<bool> _attach;
    private readonly Option<bool> _interactive;
    private readonly Option<string> _detachKeys;

    public StartCommand()
        : base("CONTAINER [CONTAINER...]", Arity.AtLeast(1), Operand.StoppedContainer)
    {
        _attach = Options.Flag("attach", 'a', "Attach STDOUT and STDERR and hand signals on");
        _interactive = Options.Flag("interactive", 'i', "Attach the container's STDIN");
        _detachKeys = Options.Text("detach-keys", null, "Keys that leave the container running");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        if (!_attach.Value && !_interactive.Value)
        {
            return EachArgument.Run(
                context,
                arguments,
                name =>
                {
                    context.Engine.Send(ContainerRequests.Start(name));
                    return name;
                },
                "Error: failed to start containers: ");
        }

        return arguments.Count == 1
            ? StartAttached(context, arguments[0])
            : throw new CommandFailure("you cannot start and attach multiple containers at once");
    }

    private int StartAttached(CommandContext context, string name)
    {
        DockerClient engine = context.Engine;
        ContainerInspect container = engine.Inspect(name);
        bool input = _interactive.Value && container.Config.OpenStdin;
        if (input && container.Config.Tty && context.Streams.InputTerminal is null)
        {
            throw new CommandFailure("the input device is not a TTY");
        }

        string? detachKeys = _detachKeys.IsSet ? _detachKeys.Value : context.Config.DetachKeys;
        using SignalProxy? signals = container.Config.Tty ? null : new SignalProxy(engine, container.Id);
        using HijackedStream connection = engine.Hijack(ContainerRequests.Attach(container.Id, input, stdout: true, stderr: true, detachKeys));
        using ApiResponse ended = engine.Open(ContainerRequests.Wait(container.Id, container.HostConfig.AutoRemove ? "removed" : "next-exit"));
        engine.Send(ContainerRequests.Start(container.Id));
        var streams = new AttachedStreams(connection, context.Streams)
        {
            Tty = container.Config.Tty,
            Input = input,
            DetachKeys = detachKeys,
            Resize = size => engine.Resize($"/containers/{container.Id}", size),
        };
        return streams.Carry() ? ContainerRequests.ReadExitCode(ended) : ExitCodes.Success;
    }
}
