using System.Runtime.InteropServices;
using Wharf.Api.Builds;
using Wharf.Cli.Builds;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Images;

internal sealed class BuildCommand : Command
{
    private const int Interrupted = 130; // 128 and SIGINT
    private readonly BuildFlags _flags;

    public BuildCommand()
        : base("PATH | URL | -", Arity.Exactly(1), Operand.File) => _flags = new BuildFlags(Options);

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        var source = BuildSource.Of(arguments[0], _flags.File, context.Streams.Input);
        IReadOnlyList<(string Name, BuildSource Source)> named = _flags.NamedSources();
        BuildSessionRequest request = _flags.Request(source, named, context.Config.AllCredentials());
        if (_flags.IdFile.Length > 0)
        {
            // One of an earlier build must not pass for the result of one that fails.
            File.Delete(_flags.IdFile);
        }

        using BuildDisplay shown = Display(context);
        var display = new StepMemory(shown);
        using BuildSession session = BuildSession.Open(context.Engine, display, context.Time);
        bool isInterrupted = false;
        using PosixSignalRegistration interrupt = StopOn(PosixSignal.SIGINT);
        using PosixSignalRegistration terminate = StopOn(PosixSignal.SIGTERM);
        try
        {
            BuildResultMessage result = session.Run(request, named.Select(context => context.Source).Prepend(source));
            return result.ImageId is { } id
                ? Built(context, shown, id)
                : throw Failed(result, display.Failed, request, shown);
        }
        catch (Exception cut) when (isInterrupted && cut is IOException or ObjectDisposedException)
        {
            shown.Dispose();
            throw new CommandFailure("ERROR: failed to build: the build was canceled", Interrupted);
        }

        PosixSignalRegistration StopOn(PosixSignal signal) => PosixSignalRegistration.Create(signal, handled =>
        {
            handled.Cancel = true;
            isInterrupted = true;
            session.Dispose();
        });
    }

    private BuildDisplay Display(CommandContext context)
    {
        if (_flags.Quiet)
        {
            return new BuildDisplay();
        }

        return context.Streams.ErrorTerminal is { } terminal && _flags.ProgressKind != "plain"
            ? new TerminalDisplay(new StreamWriter(context.Streams.ErrorOutput, leaveOpen: true), terminal, context.Time)
            : new PlainDisplay(context.Error, context.Time);
    }

    private int Built(CommandContext context, BuildDisplay shown, string id)
    {
        if (_flags.IdFile.Length > 0)
        {
            File.WriteAllText(_flags.IdFile, id);
        }

        if (_flags.Quiet)
        {
            context.Out.WriteLine(id);
        }

        shown.Built(id, [.. _flags.Tags.Select(tag => ImageName.Parse(tag).WithTag)]);
        return ExitCodes.Success;
    }

    private static CommandFailure Failed(BuildResultMessage result, BuildStepMessage? step, BuildSessionRequest request, BuildDisplay shown)
    {
        shown.Dispose();
        string message = BuildFailure.Describe(result, step, request.Dockerfile ?? "Dockerfile", request.DockerfileText);
        return new CommandFailure(message, result.ExitCode is { } code and > 0 ? code : ExitCodes.Failure);
    }

    /// <summary>Remembers which step failed, whatever is shown.</summary>
    private sealed class StepMemory(BuildDisplay display) : BuildDisplay
    {
        private IReadOnlyList<BuildStepMessage> _steps = [];

        internal BuildStepMessage? Failed { get; private set; }

        internal override void Sending(long bytes, int? files) => display.Sending(bytes, files);

        internal override void Sent(long bytes, int? files) => display.Sent(bytes, files);

        internal override void Output(int step, ReadOnlySpan<byte> bytes) => display.Output(step, bytes);

        internal override void Show(BuildEventMessage happened)
        {
            _steps = happened.Steps ?? _steps;
            Failed = happened.Type == BuildEventMessage.Failed ? _steps.FirstOrDefault(step => step.Number == happened.Step) : Failed;
            display.Show(happened);
        }
    }
}
