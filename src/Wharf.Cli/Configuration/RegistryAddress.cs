namespace Wharf.Cli.Configuration;

/// <summary>Addresses of registries as people and old clients write them.</summary>
internal static class RegistryAddress
{
    /// <summary>Without scheme and path: what remains is how image names call the registry.</summary>
    internal static string HostOf(string address)
    {
        int scheme = address.IndexOf("://", StringComparison.Ordinal);
        string rest = scheme < 0 ? address : address[(scheme + 3)..];
        return rest.Split('/')[0];
    }
}
