namespace Wharf.Cli.Commands;

/// <summary>
/// An image's name as far as the client must understand it: which registry's credentials to send, and which tag is meant when none is said.
/// Whether it is a valid name is for the daemon to say.
/// </summary>
/// <param name="Repository">As the user wrote it.</param>
/// <param name="Tag">Null when a digest or nothing was given.</param>
internal sealed record ImageName(string Repository, string? Tag, string? Digest)
{
    private const string DefaultDomain = "docker.io";

    internal static ImageName Parse(string text)
    {
        int at = text.IndexOf('@', StringComparison.Ordinal);
        string? digest = at < 0 ? null : text[(at + 1)..];
        string name = at < 0 ? text : text[..at];
        int colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') && colon < name.Length - 1
            ? new ImageName(name[..colon], name[(colon + 1)..], digest)
            : new ImageName(name, null, digest);
    }

    /// <summary>The name with the tag that is meant: <c>busybox</c> is <c>busybox:latest</c>.</summary>
    internal string WithTag => Digest is not null ? $"{Repository}@{Digest}" : $"{Repository}:{Tag ?? "latest"}";

    /// <summary>With registry and namespace: <c>docker.io/library/busybox:latest</c>.</summary>
    internal string Full => $"{Domain}/{Path}" + WithTag[Repository.Length..];

    internal string Domain => FirstPart is { } first && (first.AsSpan().IndexOfAny(".:") >= 0 || first == "localhost")
        ? first == "index.docker.io" ? DefaultDomain : first
        : DefaultDomain;

    /// <summary>The key of its registry in config.json: Docker Hub's is an address of old.</summary>
    internal string CredentialsKey => RegistryKey(Domain);

    internal static string RegistryKey(string domain) =>
        domain is DefaultDomain or "index.docker.io" or "registry-1.docker.io" ? HubKey : domain;

    internal const string HubKey = "https://index.docker.io/v1/";

    private string? FirstPart => Repository.Split('/', 2) is [{ } first, _] ? first : null;

    private string Path
    {
        get
        {
            string path = FirstPart is { } first && (first == Domain || first == "index.docker.io") ? Repository[(first.Length + 1)..] : Repository;
            return Domain == DefaultDomain && !path.Contains('/', StringComparison.Ordinal) ? $"library/{path}" : path;
        }
    }
}
