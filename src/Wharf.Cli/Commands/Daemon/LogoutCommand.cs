using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Daemon;

internal sealed class LogoutCommand() : Command("[SERVER]", Arity.AtMost(1))
{
    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        string registry = arguments.Count > 0 ? ImageName.RegistryKey(LoginCommand.Host(arguments[0])) : ImageName.HubKey;
        context.Out.WriteLine($"Removing login credentials for {registry}");
        context.Config.Erase(registry);
        return ExitCodes.Success;
    }
}
