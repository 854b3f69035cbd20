namespace Wharf.Engine.Images.Registry.Endpoints;

/// <summary>One way to reach a registry.</summary>
/// <param name="Base">Scheme, host, port; for mirrors perhaps a path.</param>
/// <param name="VerifyTls">False for insecure registries: any certificate will do.</param>
/// <param name="IsMirror">A mirror never sees the registry's credentials, and its failure is no reason to give up.</param>
internal sealed record RegistryEndpoint(Uri Base, bool VerifyTls, bool IsMirror = false)
{
    /// <summary>Host and port as written, which name the directory of its certificates.</summary>
    internal string Authority => Base.IsDefaultPort ? Base.Host : Base.Authority;

    /// <summary>Whether what is sent there can be read on the way.</summary>
    internal bool IsPlain => Base.Scheme == Uri.UriSchemeHttp;

    internal Uri Resolve(string path) => new(Base.AbsoluteUri.TrimEnd('/') + path);
}
