using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Wharf.Engine.Images.Registry.Transport;

/// <summary>Decides whether a registry is who it says, by the system's authorities and those configured for it.</summary>
internal sealed class CertificateCheck(string host, X509Certificate2Collection authorities)
{
    /// <exception cref="AuthenticationException">It is not; worded as Go's crypto/x509 does, which is what people search for.</exception>
    internal bool Validate(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors problems)
    {
        if (problems == SslPolicyErrors.None)
        {
            return true;
        }

        if (certificate is not X509Certificate2 leaf || problems.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            throw Refused("server sent no certificate");
        }

        if (problems.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            throw Refused($"certificate is not valid for {host}");
        }

        using X509Chain own = new();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(authorities);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.ExtraStore.AddRange(chain?.ChainPolicy.ExtraStore ?? []);
        if (authorities.Count > 0 && own.Build(leaf))
        {
            return true;
        }

        X509Chain judged = authorities.Count > 0 || chain is null ? own : chain;
        throw Refused(judged.ChainStatus.Any(status => status.Status == X509ChainStatusFlags.NotTimeValid)
            ? "certificate has expired or is not yet valid"
            : "certificate signed by unknown authority");
    }

    private static AuthenticationException Refused(string reason) => new($"tls: failed to verify certificate: x509: {reason}");
}
