using System.Globalization;
using Wharf.Api.Containers;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Containers;

internal sealed class PortCommand() : Command("CONTAINER [PRIVATE_PORT[/PROTO]]", new Arity(1, 2), Operand.Container)
{
    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        IReadOnlyDictionary<string, IReadOnlyList<PortBinding>?> ports = context.Engine.Inspect(arguments[0]).NetworkSettings.Ports;
        if (arguments.Count == 2)
        {
            string port = arguments[1].Contains('/', StringComparison.Ordinal) ? arguments[1] : $"{arguments[1]}/tcp";
            if (!ports.TryGetValue(port, out IReadOnlyList<PortBinding>? bindings) || bindings is null)
            {
                throw new CommandFailure($"Error: No public port '{arguments[1]}' published for {arguments[0]}");
            }

            foreach (PortBinding binding in bindings)
            {
                context.Out.WriteLine(Address(binding));
            }

            return ExitCodes.Success;
        }

        foreach ((string port, IReadOnlyList<PortBinding>? bindings) in ports.OrderBy(entry => Number(entry.Key)).ThenBy(entry => entry.Key, StringComparer.Ordinal))
        {
            foreach (PortBinding binding in bindings ?? [])
            {
                context.Out.WriteLine($"{port} -> {Address(binding)}");
            }
        }

        return ExitCodes.Success;
    }

    private static int Number(string port) => int.Parse(port.Split('/')[0], CultureInfo.InvariantCulture);

    private static string Address(PortBinding binding) =>
        binding.HostIp!.Contains(':', StringComparison.Ordinal) ? $"[{binding.HostIp}]:{binding.HostPort}" : $"{binding.HostIp}:{binding.HostPort}";
}
