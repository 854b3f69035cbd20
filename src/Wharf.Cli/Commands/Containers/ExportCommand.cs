using Wharf.Api.Client;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Containers;

internal sealed class ExportCommand : Command
{
    private readonly Option<string> _output;

    public ExportCommand()
        : base("CONTAINER", Arity.Exactly(1), Operand.Container) => _output = Options.Text("output", 'o', "Write to a file instead of STDOUT");

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        ArchiveOutput.Save(context, _output.Value, ApiRequest.Get($"/containers/{ContainerRequests.Escape(arguments[0])}/export"));
        return ExitCodes.Success;
    }
}
