using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Wharf.Daemon.Configuration;

namespace Wharf.Daemon.Hosting;

/// <summary>TLS as dockerd does it: with <c>--tlsverify</c> a client needs a certificate that our own authority signed.</summary>
internal static class TlsListener
{
    internal static void Secure(ListenOptions listen, TlsSettings settings)
    {
        X509Certificate2 certificate = Load(() => X509Certificate2.CreateFromPemFile(settings.CertificateFile, settings.KeyFile), settings.CertificateFile);
        var authorities = new X509Certificate2Collection();
        if (settings.RequireClientCertificate)
        {
            Load(() => { authorities.ImportFromPemFile(settings.CaFile); return authorities; }, settings.CaFile);
        }

        listen.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = certificate,
            ClientCertificateMode = settings.RequireClientCertificate ? ClientCertificateMode.RequireCertificate : ClientCertificateMode.NoCertificate,
            ClientCertificateValidation = (client, _, errors) => errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) is false && IsTrusted(client, authorities),
        });
    }

    private static bool IsTrusted(X509Certificate2 client, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(client);
    }

    private static T Load<T>(Func<T> load, string path)
    {
        try
        {
            return load();
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"could not load TLS material {path}: {e.Message}");
        }
    }
}
