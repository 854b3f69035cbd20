using Wharf.Api.Networks;

namespace Wharf.Cli.ContainerOptions;

/// <summary><c>--network NAME</c>, or <c>--network name=NAME,alias=web,ip=10.0.0.2</c>.</summary>
internal sealed record NetworkSpec(string Name, EndpointSettings? Settings)
{
    internal static string Check(string text)
    {
        Parse(text);
        return text;
    }

    /// <exception cref="FormatException">A field is unknown, or there is no name.</exception>
    internal static NetworkSpec Parse(string text)
    {
        if (!text.Contains('=', StringComparison.Ordinal))
        {
            return new NetworkSpec(text, null);
        }

        string name = "";
        var settings = new EndpointSettings();
        var ipam = new EndpointIpamConfig();
        List<string> aliases = [];
        List<string> linkLocal = [];
        var driverOptions = new Dictionary<string, string>();
        foreach ((string key, string? value) in CommaFields.Parse(text))
        {
            string given = value ?? throw new FormatException($"invalid key/value pair format in driver options: {key}");
            switch (key)
            {
                case "name":
                    name = given;
                    break;
                case "alias":
                    aliases.Add(given);
                    break;
                case "ip":
                    ipam.IPv4Address = given;
                    break;
                case "ip6":
                    ipam.IPv6Address = given;
                    break;
                case "link-local-ip":
                    linkLocal.Add(given);
                    break;
                case "mac-address":
                    settings.MacAddress = given;
                    break;
                case "driver-opt":
                    string[] pair = given.Split('=', 2);
                    driverOptions[pair[0]] = pair.Length > 1 ? pair[1] : throw new FormatException("invalid key/value pair format in driver options");
                    break;
                case "gw-priority":
                    settings.GwPriority = int.TryParse(given, out int priority) ? priority : throw new FormatException($"invalid gw-priority ({given})");
                    break;
                default:
                    throw new FormatException($"invalid field {key}");
            }
        }

        settings.Aliases = aliases.Count > 0 ? aliases : null;
        settings.DriverOpts = driverOptions.Count > 0 ? driverOptions : null;
        ipam.LinkLocalIPs = linkLocal.Count > 0 ? linkLocal : null;
        settings.IPAMConfig = ipam is { IPv4Address: null, IPv6Address: null, LinkLocalIPs: null } ? null : ipam;
        return name.Length > 0 ? new NetworkSpec(name, settings) : throw new FormatException("network name/id is not specified");
    }
}
