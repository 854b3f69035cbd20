using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Networks;
using Wharf.Cli.CommandLine;
using Wharf.Cli.ContainerOptions;

namespace Wharf.Cli.Commands.Networks;

internal sealed class CreateNetworkCommand : Command
{
    private readonly Option<bool> _attachable;
    private readonly ListOption _auxAddresses;
    private readonly Option<string> _driver;
    private readonly ListOption _gateways;
    private readonly Option<bool> _internal;
    private readonly ListOption _ipRanges;
    private readonly Option<string> _ipamDriver;
    private readonly ListOption _ipamOptions;
    private readonly Option<bool> _ipv4;
    private readonly Option<bool> _ipv6;
    private readonly ListOption _labels;
    private readonly ListOption _options;
    private readonly ListOption _subnets;

    public CreateNetworkCommand()
        : base("NETWORK", Arity.Exactly(1))
    {
        _attachable = Options.Flag("attachable", null, "Let containers be attached by hand");
        _auxAddresses = Options.List("aux-address", null, "Addresses that are taken (NAME=IP)", kind: "map");
        _driver = Options.Text("driver", 'd', "Driver of the network", "bridge");
        _gateways = Options.List("gateway", null, "Gateway of a subnet");
        _internal = Options.Flag("internal", null, "Keep it from the world outside");
        _ipRanges = Options.List("ip-range", null, "Give out addresses of this range only");
        _ipamDriver = Options.Text("ipam-driver", null, "Driver that gives out addresses", "default");
        _ipamOptions = Options.List("ipam-opt", null, "Options of that driver", kind: "map");
        _ipv4 = Options.Flag("ipv4", null, "Give out IPv4 addresses", initial: true);
        _ipv6 = Options.Flag("ipv6", null, "Give out IPv6 addresses");
        _labels = Options.List("label", null, "Set labels of the network");
        _options = Options.List("opt", 'o', "Options of the driver", kind: "map");
        _subnets = Options.List("subnet", null, "Subnet in CIDR form");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        var request = new NetworkCreateRequest
        {
            Name = arguments[0],
            Driver = _driver.Value,
            EnableIPv4 = _ipv4.IsSet ? _ipv4.Value : null,
            EnableIPv6 = _ipv6.IsSet ? _ipv6.Value : null,
            Internal = _internal.Value,
            Attachable = _attachable.Value,
            IPAM = new Ipam
            {
                Driver = _ipamDriver.Value,
                Options = KeyValues.ParseStrict(_ipamOptions.Values, "invalid option"),
                Config = SubnetPlan.Build(_subnets.Values, _ipRanges.Values, _gateways.Values, KeyValues.Parse(_auxAddresses.Values)),
            },
            Options = KeyValues.Parse(_options.Values),
            Labels = KeyValues.Parse(_labels.Values),
        };
        NetworkCreateResponse created = context.Engine.Send(
            ApiRequest.Post("/networks/create").WithJson(request, ApiJson.Default.NetworkCreateRequest), ApiJson.Default.NetworkCreateResponse);
        if (created.Warning.Length > 0)
        {
            context.Error.WriteLine($"WARNING: {created.Warning}");
        }

        context.Out.WriteLine(created.Id);
        return ExitCodes.Success;
    }
}
