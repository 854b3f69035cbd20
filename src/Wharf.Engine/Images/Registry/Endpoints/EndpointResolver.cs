using System.Net;
using System.Net.Sockets;
using Wharf.Oci;

namespace Wharf.Engine.Images.Registry.Endpoints;

/// <summary>
/// Where a registry's domain is served, in the order to try. As Docker: mirrors first for Docker Hub; TLS only for everybody else, except that
/// registries configured as insecure and those on loopback may have any certificate, or none.
/// </summary>
internal sealed class EndpointResolver(EngineOptions options)
{
    private const string DockerHubHost = "registry-1.docker.io";

    internal async Task<IReadOnlyList<RegistryEndpoint>> ResolveAsync(string domain, CancellationToken cancellationToken)
    {
        if (domain == ImageReference.DefaultDomain)
        {
            return
            [
                .. from mirror in options.RegistryMirrors
                   let address = ParseMirror(mirror)
                   select new RegistryEndpoint(address, VerifyTls: !IsListedInsecure(address.Authority, []), IsMirror: true),
                new RegistryEndpoint(new Uri($"https://{DockerHubHost}"), VerifyTls: true),
            ];
        }

        if (!Uri.TryCreate($"https://{domain}", UriKind.Absolute, out Uri? secure))
        {
            throw WharfException.Invalid($"invalid registry address \"{domain}\"");
        }

        IPAddress[] addresses = await LookUpAsync(secure.IdnHost, cancellationToken).ConfigureAwait(false);
        return IsListedInsecure(domain, addresses) || addresses.Any(IPAddress.IsLoopback)
            ? [new RegistryEndpoint(secure, VerifyTls: false), new RegistryEndpoint(new Uri($"http://{domain}"), VerifyTls: false)]
            : [new RegistryEndpoint(secure, VerifyTls: true)];
    }

    private static Uri ParseMirror(string mirror) =>
        Uri.TryCreate(mirror, UriKind.Absolute, out Uri? address) && (address.Scheme is "http" or "https")
            ? address
            : throw WharfException.Invalid($"invalid mirror: \"{mirror}\" is not an http or https URL");

    /// <summary>A name that does not resolve is in no network; connecting will say what is wrong with it.</summary>
    private static async Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host.Trim('[', ']'), cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return [];
        }
    }

    private bool IsListedInsecure(string authority, IPAddress[] addresses) =>
        options.InsecureRegistries.Any(entry =>
            IPNetwork.TryParse(entry, out IPNetwork network)
                ? addresses.Any(network.Contains)
                : string.Equals(StripScheme(entry), authority, StringComparison.OrdinalIgnoreCase));

    private static string StripScheme(string entry) =>
        entry.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? entry[7..].TrimEnd('/')
        : entry.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? entry[8..].TrimEnd('/')
        : entry;
}
