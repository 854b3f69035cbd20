using Wharf.Oci.ImageSpec;

namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>What RUN, CMD and ENTRYPOINT start. Variables in it are the shell's business: nothing is expanded here.</summary>
/// <param name="Arguments">Of the exec form, or one element that the shell is to run.</param>
/// <param name="IsShellForm">Whether <c>SHELL</c> goes in front.</param>
internal sealed record CommandLine(IReadOnlyList<string> Arguments, bool IsShellForm)
{
    /// <summary>The arguments to start.</summary>
    internal IReadOnlyList<string> WithShell(IReadOnlyList<string> shell) => IsShellForm ? [.. shell, .. Arguments] : Arguments;
}

/// <summary><c>RUN [--mount=…] [--network=…] [--security=…] [--device=…] command</c>.</summary>
/// <param name="Heredocs">In the order in which the command names them.</param>
internal sealed record RunInstruction(
    InstructionOrigin Origin,
    CommandLine Command,
    IReadOnlyList<Heredoc> Heredocs,
    IReadOnlyList<MountExpression> Mounts,
    RunNetwork Network,
    bool IsInsecure,
    IReadOnlyList<RunDevice> Devices) : Instruction(Origin)
{
    /// <summary>Where a script that has its own interpreter is put for the time of the step.</summary>
    private const string ScriptDirectory = "/dev/pipes/";

    /// <summary>
    /// What to start. A heredoc that is the whole command is the script itself: for its own interpreter when it begins with <c>#!</c>, else for
    /// the shell. Any other heredoc is put back behind the command, for a shell that knows them.
    /// </summary>
    internal RunScript Script(IReadOnlyList<string> shell)
    {
        if (Heredocs.Count == 0)
        {
            return new RunScript(Command.WithShell(shell), null);
        }

        if (Parsing.HeredocMark.Parse(Command.Arguments[0]) is null)
        {
            string whole = string.Concat([Command.Arguments[0], .. Heredocs.Select(heredoc => $"\n{heredoc.Content}{heredoc.Name}")]);
            return new RunScript([.. shell, whole], null);
        }

        string script = Heredocs[0].Text;
        return script.StartsWith("#!", StringComparison.Ordinal)
            ? new RunScript([ScriptDirectory + Heredocs[0].Name], new ScriptFile(ScriptDirectory + Heredocs[0].Name, script))
            : new RunScript([.. shell, script], null);
    }
}

/// <summary>What a RUN starts.</summary>
/// <param name="File">To be there, executable, while it runs; null for none.</param>
internal sealed record RunScript(IReadOnlyList<string> Arguments, ScriptFile? File);

internal sealed record ScriptFile(string Path, string Content);

/// <summary>What <c>RUN --network</c> says.</summary>
internal enum RunNetwork
{
    /// <summary>The build's own.</summary>
    Default,
    None,
    Host,
}

/// <summary><c>--device=name[,required]</c>: a device by its CDI name.</summary>
internal sealed record RunDevice(string Name, bool IsRequired);

internal sealed record CmdInstruction(InstructionOrigin Origin, CommandLine Command) : Instruction(Origin);

internal sealed record EntrypointInstruction(InstructionOrigin Origin, CommandLine Command) : Instruction(Origin);

internal sealed record ShellInstruction(InstructionOrigin Origin, IReadOnlyList<string> Shell) : Instruction(Origin);

internal sealed record HealthcheckInstruction(InstructionOrigin Origin, HealthCheckConfig Check) : Instruction(Origin);
