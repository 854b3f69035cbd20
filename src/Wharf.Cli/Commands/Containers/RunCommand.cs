using Wharf.Api.Client;
using Wharf.Api.Containers;
using Wharf.Cli.Attachment;
using Wharf.Cli.CommandLine;
using Wharf.Cli.ContainerOptions;

namespace Wharf.Cli.Commands.Containers;

/// <summary>
/// Creates a container and runs it. Order matters: attached and waiting before it starts, so that neither its first output nor its end can
/// be missed however short it lives.
/// </summary>
internal sealed class RunCommand : Command
{
    private readonly ContainerFlags _flags;
    private readonly Option<bool> _detach;
    private readonly Option<bool> _signalProxy;
    private readonly Option<string> _detachKeys;

    public RunCommand()
        : base("IMAGE [COMMAND] [ARG...]", Arity.AtLeast(1), Operand.Image)
    {
        _flags = new ContainerFlags(Options);
        _detach = Options.Flag("detach", 'd', "Run in the background and print the container's id");
        _signalProxy = Options.Flag("sig-proxy", null, "Hand signals on to the program", initial: true);
        _detachKeys = Options.Text("detach-keys", null, "Keys that leave the container running");
    }

    internal override bool FlagsAfterArguments => false;

    internal override bool FailsAs125 => true;

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        ContainerCreateRequest request = CreateRequestBuilder.Build(_flags, arguments);
        if (_detach.Value)
        {
            return RunDetached(context, request);
        }

        if (request is { AttachStdin: true, Tty: true } && context.Streams.InputTerminal is null)
        {
            throw new CommandFailure("the input device is not a TTY") { Plain = true };
        }

        string id = ContainerCreation.Create(context, _flags, request);
        return RunAttached(context, request, id);
    }

    private int RunDetached(CommandContext context, ContainerCreateRequest request)
    {
        if (_flags.Attach.Values.Count > 0)
        {
            throw new CommandFailure("conflicting options: cannot specify both --attach and --detach") { Plain = true };
        }

        request.AttachStdin = request.AttachStdout = request.AttachStderr = request.StdinOnce = false;
        string id = ContainerCreation.Create(context, _flags, request);
        Start(context.Engine, id);
        context.Out.WriteLine(id);
        return ExitCodes.Success;
    }

    private int RunAttached(CommandContext context, ContainerCreateRequest request, string id)
    {
        DockerClient engine = context.Engine;
        string? detachKeys = _detachKeys.IsSet ? _detachKeys.Value : context.Config.DetachKeys;
        using SignalProxy? signals = _signalProxy.Value && !request.Tty ? new SignalProxy(engine, id) : null;
        using HijackedStream connection = engine.Hijack(
            ContainerRequests.Attach(id, request.AttachStdin, request.AttachStdout, request.AttachStderr, detachKeys));
        using ApiResponse ended = engine.Open(ContainerRequests.Wait(id, request.HostConfig!.AutoRemove ? "removed" : "next-exit"));
        Start(engine, id);
        var streams = new AttachedStreams(connection, context.Streams)
        {
            Tty = request.Tty,
            Input = request.AttachStdin,
            Output = request.AttachStdout,
            Error = request.AttachStderr,
            DetachKeys = detachKeys,
            Resize = size => engine.Resize($"/containers/{id}", size),
        };
        return streams.Carry() ? ContainerRequests.ReadExitCode(ended) : ExitCodes.Success;
    }

    private static void Start(DockerClient engine, string id)
    {
        try
        {
            engine.Send(ContainerRequests.Start(id));
        }
        catch (DockerApiException refusal)
        {
            throw ContainerRequests.StartFailure(refusal);
        }
    }
}
