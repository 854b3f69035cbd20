namespace Wharf.Cli.CommandLine;

/// <summary>What a positional argument names: shell completion offers those.</summary>
internal enum Operand
{
    Nothing,
    Container,
    RunningContainer,
    StoppedContainer,
    Image,
    Network,
    Volume,
    File,
}

/// <summary>One command: its flags (declared in the constructor), its arguments, and what it does.</summary>
/// <param name="usage">What follows <c>[OPTIONS]</c> in its usage line.</param>
internal abstract class Command(string usage, Arity arity, Operand operand = Operand.Nothing)
{
    internal OptionSet Options { get; } = new();

    internal string Usage => usage;

    internal Arity Arity => arity;

    internal Operand Operand => operand;

    /// <summary>False when the first argument ends the flags, because what follows is a command for the container.</summary>
    internal virtual bool FlagsAfterArguments => true;

    /// <summary>True when every failure, also of the daemon, exits with 125 and points to the help page (<c>run</c>).</summary>
    internal virtual bool FailsAs125 => false;

    /// <returns>The exit code of the program.</returns>
    internal abstract int Run(CommandContext context, IReadOnlyList<string> arguments);
}
