using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands;

/// <summary><c>wharf help run</c> is <c>wharf run --help</c>.</summary>
internal sealed class HelpCommand() : Command("[COMMAND]", Arity.Any)
{
    internal override int Run(CommandContext context, IReadOnlyList<string> arguments) =>
        WharfProgram.Run([.. arguments, "--help"], context.Streams);
}
