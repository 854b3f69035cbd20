namespace Wharf.Engine.Images.Registry.Transport;

/// <summary>A registry could not be reached or went silent: <c>Get "https://…/v2/": dial tcp …: connect: connection refused</c>.</summary>
internal sealed class RegistryTransportException(HttpMethod method, Uri address, string reason, Exception? cause = null)
    : WharfException(ErrorKind.Internal, $"{Verb(method)} \"{address}\": {reason}", cause)
{
    /// <summary>As Go's net/url writes the operation: <c>Get</c>.</summary>
    internal static string Verb(HttpMethod method) => method.Method[..1] + method.Method[1..].ToLowerInvariant();
}
