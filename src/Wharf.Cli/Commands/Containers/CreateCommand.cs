using Wharf.Cli.CommandLine;
using Wharf.Cli.ContainerOptions;

namespace Wharf.Cli.Commands.Containers;

internal sealed class CreateCommand : Command
{
    private readonly ContainerFlags _flags;

    public CreateCommand()
        : base("IMAGE [COMMAND] [ARG...]", Arity.AtLeast(1), Operand.Image) => _flags = new ContainerFlags(Options);

    internal override bool FlagsAfterArguments => false;

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        context.Out.WriteLine(ContainerCreation.Create(context, _flags, CreateRequestBuilder.Build(_flags, arguments)));
        return ExitCodes.Success;
    }
}
