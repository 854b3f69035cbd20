using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Exec;
using Wharf.Cli.Attachment;
using Wharf.Cli.CommandLine;
using Wharf.Cli.ContainerOptions;

namespace Wharf.Cli.Commands.Containers;

internal sealed class ExecCommand : Command
{
    private readonly Option<bool> _detach;
    private readonly Option<string> _detachKeys;
    private readonly ListOption _env;
    private readonly ListOption _envFile;
    private readonly Option<bool> _interactive;
    private readonly Option<bool> _privileged;
    private readonly Option<bool> _tty;
    private readonly Option<string> _user;
    private readonly Option<string> _workdir;

    public ExecCommand()
        : base("CONTAINER COMMAND [ARG...]", Arity.AtLeast(2), Operand.RunningContainer)
    {
        _detach = Options.Flag("detach", 'd', "Run the command in the background");
        _detachKeys = Options.Text("detach-keys", null, "Keys that leave the command running");
        _env = Options.List("env", 'e', "Set environment variables", EnvironmentVariables.Check);
        _envFile = Options.List("env-file", null, "Read environment variables from a file");
        _interactive = Options.Flag("interactive", 'i', "Keep STDIN open even if not attached");
        _privileged = Options.Flag("privileged", null, "Give the command all that the daemon may do");
        _tty = Options.Flag("tty", 't', "Allocate a pseudo-TTY");
        _user = Options.Text("user", 'u', "User name or id (format: <name|uid>[:<group|gid>])");
        _workdir = Options.Text("workdir", 'w', "Working directory inside the container");
    }

    internal override bool FlagsAfterArguments => false;

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        bool attached = !_detach.Value;
        bool input = attached && _interactive.Value;
        if (input && _tty.Value && context.Streams.InputTerminal is null)
        {
            throw new CommandFailure("the input device is not a TTY");
        }

        string? detachKeys = _detachKeys.IsSet ? _detachKeys.Value : context.Config.DetachKeys;
        IReadOnlyList<uint>? consoleSize = _tty.Value && context.Streams.OutputTerminal?.Size is { } size ? [size.Rows, size.Columns] : null;
        var create = new ExecCreateRequest
        {
            User = _user.Value,
            Privileged = _privileged.Value,
            Tty = _tty.Value,
            ConsoleSize = consoleSize,
            AttachStdin = input,
            AttachStdout = attached,
            AttachStderr = attached,
            Detach = _detach.Value,
            DetachKeys = detachKeys,
            Env = EnvironmentVariables.Collect(_envFile.Values, _env.Values),
            WorkingDir = _workdir.Value,
            Cmd = [.. arguments.Skip(1)],
        };
        DockerClient engine = context.Engine;
        string id = engine.Send(
            ApiRequest.Post($"/containers/{ContainerRequests.Escape(arguments[0])}/exec").WithJson(create, ApiJson.Default.ExecCreateRequest),
            ApiJson.Default.IdResponse).Id;
        ApiRequest start = ApiRequest.Post($"/exec/{id}/start").WithJson(
            new ExecStartRequest { Detach = _detach.Value, Tty = _tty.Value, ConsoleSize = consoleSize }, ApiJson.Default.ExecStartRequest);
        try
        {
            if (!attached)
            {
                engine.Send(start);
                return ExitCodes.Success;
            }

            using HijackedStream connection = engine.Hijack(start);
            var streams = new AttachedStreams(connection, context.Streams)
            {
                Tty = _tty.Value,
                Input = input,
                DetachKeys = detachKeys,
                Resize = changed => engine.Resize($"/exec/{id}", changed),
            };
            if (!streams.Carry())
            {
                throw new CommandFailure("read escape sequence");
            }
        }
        catch (DockerApiException refusal)
        {
            CommandFailure failure = ContainerRequests.StartFailure(refusal);
            throw failure.ExitCode == ExitCodes.DaemonOrUsage ? refusal : failure;
        }

        ExecInspect ended = engine.Send(ApiRequest.Get($"/exec/{id}/json"), ApiJson.Default.ExecInspect);
        return ended.ExitCode ?? ExitCodes.Success;
    }
}
