using Wharf.Cli.CommandLine;
using Wharf.Cli.Configuration;

namespace Wharf.Cli.Commands.Daemon;

internal sealed class LogoutCommand() : Command("[SERVER]", Arity.AtMost(1))
{
    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        string registry = arguments.Count > 0 ? ImageName.RegistryKey(RegistryAddress.HostOf(arguments[0])) : ImageName.HubKey;
        context.Out.WriteLine($"Removing login credentials for {registry}");
        try
        {
            context.Config.Erase(registry);
        }
        catch (CommandFailure failure)
        {
            context.Error.WriteLine($"WARNING: could not erase credentials:\n{registry}: {failure.Message}");
        }

        return ExitCodes.Success;
    }
}
