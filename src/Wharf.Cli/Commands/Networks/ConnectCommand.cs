using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Networks;
using Wharf.Cli.CommandLine;
using Wharf.Cli.ContainerOptions;

namespace Wharf.Cli.Commands.Networks;

internal sealed class ConnectCommand : Command
{
    private readonly ListOption _aliases;
    private readonly ListOption _driverOptions;
    private readonly Option<int?> _gatewayPriority;
    private readonly Option<string> _ip;
    private readonly Option<string> _ip6;
    private readonly ListOption _links;
    private readonly ListOption _linkLocal;

    public ConnectCommand()
        : base("NETWORK CONTAINER", Arity.Exactly(2), Operand.Network)
    {
        _aliases = Options.List("alias", null, "Further names of the container on the network");
        _driverOptions = Options.List("driver-opt", null, "Options of the network's driver");
        _gatewayPriority = Options.Integer("gw-priority", null, "The highest one is the default gateway (default 0)");
        _ip = Options.Text("ip", null, "IPv4 address (\"172.30.100.104\", say)");
        _ip6 = Options.Text("ip6", null, "IPv6 address (\"2001:db8::33\", say)");
        _links = Options.List("link", null, "Link to another container");
        _linkLocal = Options.List("link-local-ip", null, "Link-local address of the container");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        bool addressed = _ip.IsSet || _ip6.IsSet || _linkLocal.Values.Count > 0;
        var request = new NetworkConnectRequest
        {
            Container = arguments[1],
            EndpointConfig = new EndpointSettings
            {
                IPAMConfig = !addressed ? null : new EndpointIpamConfig
                {
                    IPv4Address = _ip.IsSet ? _ip.Value : null,
                    IPv6Address = _ip6.IsSet ? _ip6.Value : null,
                    LinkLocalIPs = _linkLocal.ValuesOrNull,
                },
                Links = _links.ValuesOrNull,
                Aliases = _aliases.ValuesOrNull,
                DriverOpts = KeyValues.ParseStrict(_driverOptions.Values, "invalid key/value pair format in driver options"),
                GwPriority = _gatewayPriority.Value ?? 0,
            },
        };
        context.Engine.Send(
            ApiRequest.Post($"/networks/{ContainerRequests.Escape(arguments[0])}/connect").WithJson(request, ApiJson.Default.NetworkConnectRequest));
        return ExitCodes.Success;
    }
}
