using Wharf.Api.Containers;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Output;

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

            Write(context, bindings.Select(Address));
            return ExitCodes.Success;
        }

        Write(context, ports.SelectMany(entry => entry.Value ?? [], (entry, binding) => $"{entry.Key} -> {Address(binding)}"));
        return ExitCodes.Success;
    }

    private static void Write(CommandContext context, IEnumerable<string> lines)
    {
        foreach (string line in lines.Order(NaturalOrder.Instance))
        {
            context.Out.WriteLine(line);
        }
    }

    private static string Address(PortBinding binding) =>
        binding.HostIp!.Contains(':', StringComparison.Ordinal) ? $"[{binding.HostIp}]:{binding.HostPort}" : $"{binding.HostIp}:{binding.HostPort}";
}
